/** May handover's own tables be made now, and where? Only while it is certain which region is the primary. */
import type { RegionSurvey } from './plan/survey';

export type Preparation = { refused: string } | { region: string; standby: string };

/** @param regions both, as they are now @param addressOf the address from which the other region replicates */
export function preparation(
  site: string,
  regions: readonly RegionSurvey[],
  addressOf: (region: string) => string,
): Preparation {
  const refused = (because: string): Preparation => ({ refused: `${because} Nothing was changed.` });
  const [silent] = regions.flatMap((region) => (region.answers ? [] : [region]));
  const answering = regions.flatMap((region) => (region.answers ? [region] : []));
  if (silent)
    return refused(
      `${silent.region}'s database does not answer (${silent.because}), so it may be the primary; tables are made only while both regions answer.`,
    );
  const [primary, ...others] = answering.filter(({ readOnly }) => !readOnly);
  if (!primary || others.length > 0)
    return refused(
      primary
        ? `The databases of ${answering.map(({ region }) => region).join(' and ')} are both writable; make the standby a replica of the primary: read_only = ON and CHANGE MASTER.`
        : `No region's database is writable; make that of the region with the newest orders writable, then type: npx handover prepare ${site}`,
    );
  const standby = answering.find(({ region }) => region !== primary.region);
  const isFollowed = standby?.replicating === true && standby.replicaOf === addressOf(primary.region);
  if (!standby || !isFollowed || primary.replicaOf !== undefined)
    return refused(
      `${standby?.region ?? 'The standby'} does not replicate from ${primary.region} at ${addressOf(primary.region)}, so nothing shows that ${primary.region} is the primary; set up replication first, then type: npx handover prepare ${site}`,
    );
  const named = answering.find(({ primary: told }) => told !== '' && told !== primary.region);
  if (named)
    return refused(
      `Epoch ${named.epoch} names ${named.primary} as the primary, but ${primary.region} is the writable region; see: npx handover drill ${site}`,
    );
  if (primary.epoch === 0 && standby.epoch > 0) {
    const row = `'${site}', ${standby.epoch}, '${primary.region}', ${standby.epoch}, UTC_TIMESTAMP(6)`;
    return refused(
      `Only ${standby.region}'s database has the row of ${site} in handover_epoch (epoch ${standby.epoch}, primary ${primary.region}), so the row that ${primary.region} would make stops its replication (error 1062). On ${primary.region} type in the shop's schema, as root: SET sql_log_bin = 0; INSERT INTO handover_epoch (site, epoch, region, verified_epoch, changed_at) VALUES (${row}); where it has no such table, make it first in the same session as SHOW CREATE TABLE handover_epoch shows it on ${standby.region}.`,
    );
  }
  return { region: primary.region, standby: standby.region };
}
