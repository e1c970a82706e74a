/** The shop in front of the databases. */
import { acrossRegions, inEachRegion, type Rule } from './rule';
import { certificateFlaw, certificateTexts } from './server';

export const shopRules: readonly Rule[] = [
  inEachRegion(
    'shop',
    {
      ...certificateTexts,
      name: 'certificate of the shop',
      set: 'Renew it there and reload the web server: systemctl reload nginx',
      fine: "The shop's certificates are valid for long enough in both regions.",
    },
    ({ certificateEndsAt }, region, { now }) => certificateFlaw(`the shop in ${region}`, certificateEndsAt, now),
  ),
  acrossRegions(
    'shop',
    {
      name: 'versions of WordPress and plugins',
      wanted: 'equal in both regions',
      why: 'both run on one replicated schema, which a newer plugin changes',
      set: 'Install the same versions in both regions, the standby first; /health of the shop tells them as "versions".',
      fine: 'WordPress and its plugins have the same versions in both regions.',
      advisory: 'a shop need not tell its versions',
      advisoryIf: 'unknown',
    },
    (told) => {
      const silent = told.find(([, { versions }]) => versions === undefined);
      if (silent) return { unknown: `/health of ${silent[0]}'s shop tells no versions.` };
      const names = [...new Set(told.flatMap(([, { versions = {} }]) => Object.keys(versions)))].sort();
      const unequal = names.filter((name) => new Set(told.map(([, { versions }]) => versions?.[name])).size > 1);
      const said = unequal.map(
        (name) =>
          `${name} is ${told.map(([region, { versions }]) => `${versions?.[name] ?? 'missing'} on ${region}`).join(' and ')}`,
      );
      return said.length === 0 ? undefined : said.join('; ');
    },
  ),
];
