/** Could the shop's names be moved right now? Whatever is wrong is found here, before anything is touched. */
import { movingRecords, type Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf, setName, type Survey } from '../../domain/plan/survey';
import { findKind } from '../../providers/kit/kind';
import { dnsProviders } from '../../providers/dns';
import { aliasOf, canonicalName, canonicalValue } from '../../providers/dns/provider';
import { PortError } from '../../ports/errors';
import type { Ports, RecordSet } from '../../ports/ports';
import { asVital, attempt } from './check';

export async function dnsReadiness(site: Site, survey: Survey, ports: Ports): Promise<CheckResult[]> {
  const asked = await Promise.all([
    records(site, survey, ports),
    nameServers(site, ports),
    aliases(site, ports),
    flaws(site, ports),
    strays(site, ports),
  ]);
  return asked.flat();
}

/** The record must hold exactly what the plan would replace, or the move would be refused half way. */
async function records(site: Site, survey: Survey, ports: Ports): Promise<CheckResult[]> {
  const primary = primaryOf(survey);
  return Promise.all(
    movingRecords(site.dns.records).map(({ name, type, values }) =>
      attempt(`record ${name} ${type}`, async () => {
        // A survey does not say why it could not read one.
        const set = survey.dns[setName({ name, type })] ?? (await ports.dns.read(name, type));
        if (set === undefined) throw new Error('The record does not exist; create it before a transfer.');
        if (!primary.known) throw new Error(`It holds ${set.values.join(', ')}; the primary is unknown.`);
        const wanted = values[primary.region] ?? [];
        if (spelled(type, set.values) !== spelled(type, wanted))
          throw new Error(`It holds ${set.values.join(', ')}, but the primary's values are ${wanted.join(', ')}.`);
        const short = set.ttlSeconds <= site.dns.ttlSeconds;
        return `It points to the primary; its TTL of ${String(set.ttlSeconds)} s ${short ? 'is short enough' : 'will be lowered first'}.`;
      }),
    ),
  );
}

const spelled = (type: RecordSet['type'], values: readonly string[]) =>
  values
    .map((value) => canonicalValue(type, value))
    .sort()
    .join();

/** A move is proved at the servers that the site lists, so none of the zone's may be missing there. */
async function nameServers({ dns }: Site, ports: Ports): Promise<CheckResult[]> {
  const { zone } = dns.provider;
  const compare = async () => {
    const told = await ports.dns.answers(zone, 'NS', 1);
    const names = [...new Set(told.flatMap(({ values = [] }) => values))].sort();
    const listed = dns.authoritative.length;
    if (names.length > listed)
      throw new Error(
        `${zone} has ${names.length} name servers (${names.join(', ')}), but dns.authoritative lists ${listed}; list all of them, or a move is checked at only some.`,
      );
    return names.length === 0 ? `The name servers of ${zone} are unknown.` : `${names.join(', ')} are listed.`;
  };
  return movingRecords(dns.records).length === 0 ? [] : [await attempt(`name servers of ${zone}`, compare)];
}

/** What customers are told; a set that moves must lead them to the primary. */
export async function answers({ dns }: Site, survey: Survey, ports: Ports): Promise<CheckResult[]> {
  const primary = primaryOf(survey);
  const moving = new Set(movingRecords(dns.records).map(setName));
  return Promise.all(
    dns.records.map((record) =>
      attempt(`answers for ${setName(record)}`, async () => {
        const { name, type, values } = record;
        const told = await ports.dns.answers(name, type, 1);
        const silent = told.filter((each) => each.values === undefined);
        if (silent.length > 0) throw new PortError('unavailable', silent.map(({ because }) => because).join(' '));
        const empty = told.find((each) => each.values?.length === 0);
        if (empty) throw new Error(empty.because);
        const wanted = primary.known && moving.has(setName(record)) ? values[primary.region] : undefined;
        // Of an alias the answers are those of the name behind it.
        const isPlain = wanted?.every((value) => aliasOf(value) === undefined) === true;
        const astray = isPlain && told.find((each) => spelled(type, each.values ?? []) !== spelled(type, wanted));
        if (astray)
          throw new Error(
            `${astray.server} answers ${(astray.values ?? []).join(', ')}, which is not where the primary ${primary.known ? primary.region : ''} is (${wanted.join(', ')}); correct the record at its provider.`,
          );
        return told.map(({ server, values: said }) => `${server} answers ${(said ?? []).join(', ')}`).join('; ') + '.';
      }).then(asVital),
    ),
  );
}

/** An alias is proved to have moved by what the name behind it is answered with, so every region's must be answered in its own way. */
async function aliases(site: Site, ports: Ports): Promise<CheckResult[]> {
  const found = movingRecords(site.dns.records).flatMap(({ name, type, values }) => {
    const targets = Object.values(values).flatMap(([value]) => aliasOf(value) ?? []);
    return targets.length === 0 ? [] : [{ name, type, targets }];
  });
  return Promise.all(
    found.map(({ name, type, targets }) =>
      attempt(`names behind ${name} ${type}`, async () => {
        const told = await Promise.all(targets.map((target) => ports.dns.answers(target, type, 1)));
        const lines = told.map((answers) => answers.map(({ values = [] }) => values.join(', ')));
        const missing = targets.find((_, at) => lines[at]?.includes('') !== false);
        if (missing !== undefined)
          throw new Error(`A name server has no ${type} for ${missing}; create it with the addresses of its region.`);
        if (new Set(lines.map((line) => line.join())).size < targets.length)
          throw new Error(`${targets.join(' and ')} have the same answer, so a move of ${name} could not be seen.`);
        return `${targets.map((target, at) => `${target} resolves to ${lines[at]?.[0] ?? ''}`).join(', ')}.`;
      }),
    ),
  );
}

/** What the provider has against a move, and what its kind can't do. */
async function flaws(site: Site, ports: Ports): Promise<CheckResult[]> {
  const { title, ttlFloorSeconds } = findKind('dns.provider', dnsProviders, site.dns.provider);
  const low = site.dns.ttlSeconds < ttlFloorSeconds;
  const cure =
    ttlFloorSeconds > 300 ? 'a site needs 300 s or less' : `set dns.ttlSeconds to ${String(ttlFloorSeconds)}`;
  const tooLow = `${title} stores no TTL below ${String(ttlFloorSeconds)} s; ${cure}.`;
  return Promise.all(
    movingRecords(site.dns.records).map(({ name, type }) =>
      attempt(`${title} and ${name} ${type}`, async () => {
        const found = [...(low ? [tooLow] : []), ...(await ports.dns.flaws(name, type))];
        if (found.length > 0) throw new Error(found.join(' '));
        return `${title} allows the move.`;
      }),
    ),
  );
}

/** Customers with IPv6 follow an AAAA set, so one that nobody moves would keep them where they are. */
async function strays(site: Site, ports: Ports): Promise<CheckResult[]> {
  const listed = new Set(site.dns.records.map(({ name, type }) => setName({ name: canonicalName(name), type })));
  const addresses = movingRecords(site.dns.records).filter(({ type }) => type !== 'CNAME');
  const others = addresses.map(({ name, type }) => ({ name, type: type === 'A' ? ('AAAA' as const) : ('A' as const) }));
  const unlisted = others.filter(({ name, type }) => !listed.has(setName({ name: canonicalName(name), type })));
  return Promise.all(
    unlisted.map(({ name, type }) =>
      attempt(`no ${type} of ${name}`, async () => {
        const set = await ports.dns.read(name, type);
        if (set === undefined) return `${name} has no ${type} record that would stay unchanged.`;
        throw new Error(
          `${name} has ${type} ${set.values.join(', ')} too, which no transfer would move; list it under dns.records, or remove it.`,
        );
      }),
    ),
  );
}
