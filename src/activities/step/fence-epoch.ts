/**
 * Whether a fence may touch the host of a region: its service and its fence file outlive a refusal that arrives late. An attempt that wakes up in
 * a later epoch may find the region the primary again, so the epoch is read first, and an unknown one allows nothing.
 */
import { PortError } from '../../ports/errors';
import type { DatabaseState, Ports } from '../../ports/ports';
import { limited } from './limited';

const lookMs = 1_000;
/** For a database that answers, before its host is touched. */
const headStartMs = 250;

/** Undefined is unknown. */
type Known = boolean | undefined;

/**
 * False where the region is the primary of `epoch` or a later one. `fence` is the attempt to fence it by its database, which settles within its
 * own limit and whose refusal is the region's own word.
 */
export async function mayTouchHost(
  region: string,
  epoch: number,
  fence: Promise<unknown>,
  ports: Ports,
): Promise<Known> {
  const own = firstKnown([fenced(fence), read(region, ports, (state) => byOwn(state, region, epoch))]);
  const peers = ports.regions.filter((each) => each !== region);
  const others = firstKnown(peers.map((peer) => read(peer, ports, (state) => byPeer(state, region, epoch))));
  const soon = await Promise.race([own, ports.sleep(headStartMs).then(() => undefined)]);
  return soon ?? (await others) ?? own;
}

/** The first definite answer, or undefined when there is none. */
function firstKnown(answers: readonly Promise<Known>[]): Promise<Known> {
  const definite = answers.map((answer) => answer.then((known) => known ?? Promise.reject(new Error('unknown'))));
  return Promise.any(definite).catch(() => undefined);
}

const fenced = (fence: Promise<unknown>): Promise<Known> =>
  fence.then(
    () => true,
    (error: unknown) => (error instanceof PortError && error.kind === 'refused' ? false : undefined),
  );

const read = (region: string, ports: Ports, judge: (state: DatabaseState) => Known): Promise<Known> =>
  limited(ports.database(region).state(), lookMs, `${region}'s database`, ports).then(judge, () => undefined);

function byOwn({ epoch: row }: DatabaseState, region: string, epoch: number): Known {
  return row && !(row.region === region && row.epoch >= epoch);
}

/**
 * Each promotion raises the epoch, and in turn: before the region could be promoted in a later epoch, its peer was in this one. A peer that is
 * the writable primary of this epoch has not been followed by another; one that is fenced may have been, and have heard nothing of it.
 */
function byPeer({ epoch: row, readOnly }: DatabaseState, region: string, epoch: number): Known {
  if (row === undefined) return undefined;
  if (row.epoch < epoch) return true;
  if (row.region === region) return false;
  return row.epoch === epoch && !readOnly ? true : undefined;
}
