/** Raising a fence by every means at once, and finding out which one holds. A region that does not answer must not cost more than seconds. */
import { notRunning, serviceCommandFor } from '../../domain/service-command';
import { PortError, sentenceOf } from '../../ports/errors';
import type { DatabaseState, Ports } from '../../ports/ports';
import { mayTouchHost } from './fence-epoch';
import { limited } from './limited';

/** Enough for a new TLS connection across a continent; a dead region costs it twice. */
const lookMs = 1_000;
/** Longer than the second that the server itself may wait for statements in flight. */
const raiseMs = 2_000;

export interface Fenced {
  region: string;
  /** Manages the database on the region's host. Only code 3 of `status` says stopped: 1 is also what a failing sudo says. Empty when there is none. */
  serviceCommand?: string;
}

export interface Hold {
  means: 'read-only' | 'service-stopped' | 'none';
  because: string;
  /** Present when the database answered. */
  state?: DatabaseState;
  /** Where the database is silent: its service says that it runs, as it does while it ends. A server may take minutes for that. */
  serviceRuns?: boolean;
}

/**
 * Tries all means; that one fails or hangs keeps none of the others. The service and the fence file are spared unless the epoch is known to allow
 * them. `checkFence` reads the result.
 * @returns a sentence to follow another one about what was spared since the epoch is unknown; empty otherwise
 */
export async function raiseFence(
  { region, serviceCommand = '' }: Fenced,
  epoch: number,
  ports: Ports,
): Promise<string> {
  const fence = limited(ports.database(region).fence(epoch), raiseMs, `${region}'s database`, ports);
  const means: Promise<unknown>[] = [fence];
  const allowed = await mayTouchHost(region, epoch, fence, ports);
  if (allowed) {
    means.push(limited(ports.database(region).writeFenceFile(), raiseMs, `${region}'s host`, ports));
    if (serviceCommand !== '') means.push(stopService(region, serviceCommand, ports));
  }
  await Promise.allSettled(means);
  if (allowed !== undefined) return '';
  return ` Its database service was left alone and no fence file was written, since whether ${region} is the primary of a later epoch than ${epoch} is unknown.`;
}

async function stopService(region: string, serviceCommand: string, ports: Ports): Promise<void> {
  const stop = ports.host(region).run(serviceCommandFor(serviceCommand, 'stop'), { timeoutMs: raiseMs });
  await limited(stop, raiseMs, `${region}'s host`, ports);
}

/**
 * What the database itself says of its fence. `read_only` alone proves nothing: accounts with READ ONLY ADMIN and events of such accounts go on
 * writing. So nobody may be left who can. That it stands still as well is seen by the drain, or by `checkFence`.
 */
export async function databaseHold(region: string, ports: Ports): Promise<Hold> {
  const database = ports.database(region);
  const [state, writers] = await Promise.all([database.state(), database.exemptWriters()]);
  if (!state.readOnly) return { means: 'none', because: `${region}'s database accepts writes.`, state };
  if (writers.length > 0) {
    const because = `${region}'s database is read-only, but can still be written to by ${listed(writers)}.`;
    return { means: 'none', because, state };
  }
  return { means: 'read-only', because: `${region}'s database is read-only and no account can write to it.`, state };
}

/** A server that follows no other and moves between two looks is written to by somebody whom the first look did not see. */
async function standingHold(region: string, ports: Ports): Promise<Hold> {
  const hold = await databaseHold(region, ports);
  if (hold.means === 'none' || hold.state === undefined || hold.state.replica !== undefined) return hold;
  const again = await ports.database(region).state();
  if (ports.positions.equal(again.position, hold.state.position)) return hold;
  const because = `${region}'s database is read-only, but moved from ${hold.state.position} to ${again.position} between two looks: something still writes to it.`;
  return { means: 'none', because, state: again };
}

/** The first three phrases, and how many more there are. */
export const listed = (writers: readonly string[]): string =>
  [...writers.slice(0, 3), ...(writers.length > 3 ? [`${writers.length - 3} more`] : [])].join(' and ');

/** Asks database and host at once; the database's own word counts more. */
export async function checkFence(fenced: Fenced, ports: Ports): Promise<Hold> {
  const host = serviceStatus(fenced, ports);
  try {
    const { region } = fenced;
    return await limited(standingHold(region, ports), lookMs, `${region}'s database`, ports);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const { code, because } = await host;
    if (code === notRunning) return { means: 'service-stopped', because };
    return { means: 'none', because: `${error.message} ${because}`, serviceRuns: code === 0 };
  }
}

/** `code`: what its status ended with; absent where nobody can tell. */
async function serviceStatus(
  { region, serviceCommand = '' }: Fenced,
  ports: Ports,
): Promise<{ code?: number; because: string }> {
  if (serviceCommand === '') return { because: `${region} has no service command.` };
  try {
    const status = ports.host(region).run(serviceCommandFor(serviceCommand, 'status'), { timeoutMs: lookMs });
    const { code } = await limited(status, lookMs, `${region}'s host`, ports);
    if (code === notRunning) return { code, because: `${region}'s database service is stopped.` };
    return {
      code,
      because: `The service status of ${region}'s database exited with ${code}; only ${notRunning} means stopped.`,
    };
  } catch (error) {
    return { because: sentenceOf(error) };
  }
}
