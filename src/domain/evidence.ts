/** What rejoins leave behind, and when it may be removed. */

/** `old data` and `old logs` are a deposed region's own, moved aside; `copied logs` lie on the other host; a `copy` is new data that were never put in place. */
export type EvidenceKind = 'old data' | 'old logs' | 'copied logs' | 'copy';

export interface Evidence {
  kind: EvidenceKind;
  /** Of the host on which it lies. */
  on: string;
  path: string;
  megabytes: number;
  /** When it was last changed, in milliseconds since the epoch. */
  at: number;
  run: EvidenceRun;
}

/** The rejoin, or the failover for `tail-shop-3`, that left it. */
export interface EvidenceRun {
  /** Such as `rejoin-shop-A-3-1795000000000`; that of a copy, which several runs may go on with, has no time. */
  name: string;
  /** The region that came back; empty for a tail of logs, which belongs to no rejoin. */
  region: string;
  epoch: number;
}

/** Undefined for a name that is none of this site's. A site's name may be the beginning of another's. */
export function runNamed(name: string, site: string, regions: readonly string[]): EvidenceRun | undefined {
  const [, tail] = new RegExp(`^tail-${site}-(\\d{1,15})$`).exec(name) ?? [];
  if (tail !== undefined) return { name, region: '', epoch: Number(tail) };
  const pattern = new RegExp(`^rejoin-${site}-(${regions.join('|')})-(\\d{1,15})(?:-\\d+(?:--\\d+)?)?$`);
  const [, region, epoch] = pattern.exec(name) ?? [];
  return region === undefined ? undefined : { name, region, epoch: Number(epoch) };
}

export interface EvidenceFacts {
  /** A rejoin of the site runs now. */
  isRunning: boolean;
  /** Whether a transfer runs: it reads the logs that it copied. */
  isMoving?: boolean;
  /** Each region's database; undefined while it does not answer. */
  databases: Readonly<Record<string, { replicates: boolean; isPrimary: boolean; epoch: number } | undefined>>;
  /** Things that rejoins left to a person and nobody has decided; undefined where the primary does not tell. */
  open: number | undefined;
}

/** Why it must stay, also when it is asked for by force; undefined when nothing forbids it. */
export function whyNever({ isRunning, isMoving = false }: EvidenceFacts, site: string): string | undefined {
  if (!isRunning && !isMoving) return undefined;
  return `${isRunning ? 'rejoin' : 'transfer'}/${site} runs, and may need it; see: npx handover status ${site}`;
}

/** Why it stays unless somebody forces it; undefined when it is of no more use. */
export function whyKept(
  { region, epoch }: EvidenceRun,
  { databases, open }: EvidenceFacts,
  site: string,
): string | undefined {
  if (region !== '') {
    const here = databases[region];
    if (here === undefined)
      return `${region}'s database does not answer, so it is unknown whether its rejoin is finished`;
    if (!here.replicates && !(here.isPrimary && here.epoch > epoch)) return `the rejoin of ${region} is not finished`;
  }
  if (open === undefined) return 'it is unknown what rejoins left to a person, since the primary does not tell';
  return open === 0
    ? undefined
    : `${open} ${open === 1 ? 'thing is' : 'things are'} left to a person, who may need it; see: npx handover salvage ${site} list`;
}
