/**
 * MariaDB's positions: GTIDs (`DOMAIN-SERVER-SEQUENCE`) with commas, such as `0-1-99,0-2-40`. `gtid_binlog_state` names every server of a
 * domain, `gtid_binlog_pos` and `gtid_slave_pos` the last one that wrote there.
 */
import type { Place } from '../../../domain/salvage/history';
import type { Positions } from '../../../ports/positions';

/** The highest sequence of each `DOMAIN-SERVER`. */
type Reach = ReadonlyMap<string, bigint>;

const malformed = (text: string) => new Error(`${JSON.stringify(text)} is not a position; it must be like 0-1-99.`);

/** Not empty, and without blanks. */
export const isPosition = (text: string): boolean => /^\d+-\d+-\d+(,\d+-\d+-\d+)*$/.test(text);

/** `text`, to become a part of a command. @throws Error when it is no position */
export function plainPosition(text: string): string {
  if (isPosition(text)) return text;
  throw malformed(text);
}

/** The id of the server that wrote the transaction. @throws Error when `gtid` is none */
export function serverOf(gtid: string): string {
  const [, server] = /^\d+-(\d+)-\d+$/.exec(gtid) ?? [];
  if (server === undefined) throw malformed(gtid);
  return server;
}

/** Empty entries are left out. */
function reachOf(position: string): Reach {
  const reach = new Map<string, bigint>();
  for (const text of position.split(',').filter((each) => each.trim() !== '')) {
    const [, writer, digits] = /^(\d+-\d+)-(\d+)$/.exec(text.trim()) ?? [];
    if (writer === undefined || digits === undefined) throw malformed(position);
    const sequence = BigInt(digits);
    if (sequence > (reach.get(writer) ?? -1n)) reach.set(writer, sequence);
  }
  return reach;
}

/** Reads a text again only when another one came between: a log has each of its transactions compared with one and the same position. */
function onceInARow(read: (position: string) => Reach): (position: string) => Reach {
  let last: { position: string; reach: Reach } | undefined;
  return (position) => {
    if (last?.position !== position) last = { position, reach: read(position) };
    return last.reach;
  };
}

const knownReachOf = onceInARow(reachOf);

/** The entries of `a` that reach further than `b`. */
function beyond(a: string, b: string): [writer: string, sequence: bigint][] {
  const known = knownReachOf(b);
  return [...reachOf(a)].filter(([writer, sequence]) => sequence > (known.get(writer) ?? -1n));
}

const contains = (position: string, other: string): boolean => beyond(other, position).length === 0;

const textOf = (reach: Iterable<readonly [writer: string, sequence: bigint]>): string =>
  [...reach].map(([writer, sequence]) => `${writer}-${sequence}`).join(',');

function union(a: string, b: string): string {
  const reach = new Map(reachOf(a));
  for (const [writer, sequence] of beyond(b, a)) reach.set(writer, sequence);
  return textOf(reach);
}

function places(position: string): Place[] {
  return [...reachOf(position)].map(([server, number]) => {
    const [stream = '', writer = ''] = server.split('-');
    return { stream, writer, number };
  });
}

export const mariadbPositions: Positions = {
  contains,
  minus: (a, b) => textOf(beyond(a, b)),
  equal: (a, b) => contains(a, b) && contains(b, a),
  union,
  places,
};
