/** Whether a fence outlives a restart of the server, and whether one that was lifted does not. */
import type { Facts } from '../../domain/plan/plan';
import { sentenceOf } from '../../ports/errors';
import type { FenceFile, Ports } from '../../ports/ports';
import { limited } from './limited';

const lookMs = 1_000;

/** What the site's fence file says, or why it could not be read; undefined where the site names none. */
async function look(region: string, ports: Ports): Promise<FenceFile | string | undefined> {
  const reading = ports.database(region).fenceFile();
  return limited(reading, lookMs, `The host of ${region}`, ports).catch(sentenceOf);
}

export interface Durability {
  /** `durable`: `yes`, `no` or `unknown`; empty where the site names no file. */
  facts: Facts;
  /** A sentence to follow another one; empty where the site names no file. */
  because: string;
  /** The file is known not to stand. */
  missing: boolean;
}

/** Of a region that is fenced. */
export async function durabilityOf(region: string, ports: Ports): Promise<Durability> {
  const found = await look(region, ports);
  if (found === undefined) return { facts: {}, because: '', missing: false };
  const told = (durable: string, because: string, missing = false) => ({ facts: { durable }, because, missing });
  if (typeof found === 'string') return told('unknown', ` Whether a restart keeps it fenced is not known: ${found}`);
  const { path, stands, startsReadOnly } = found;
  const standing = stands ? `${path} stands` : `${path} does not stand`;
  if (startsReadOnly === true) return told('yes', ` It starts read-only after a restart (${standing}).`, !stands);
  if (startsReadOnly === false || !stands)
    return told('no', ` A restart would make it writable: ${standing}, and read_only is not ON at its start.`, !stands);
  return told('unknown', ` ${path} stands, but how the database starts could not be read.`);
}

/** Of a region that is writable: what is left of an earlier fence, a sentence to follow another one. Empty for nothing. */
export async function fenceFileLeft(region: string, ports: Ports): Promise<string> {
  const found = await look(region, ports);
  if (found === undefined) return '';
  if (typeof found === 'string') return ` Whether its fence file is gone is not known: ${found}`;
  return found.stands
    ? ` Its fence file still stands, so a restart makes it read-only; ${found.removal ?? `on its host type: rm ${found.path}`}`
    : '';
}
