/**
 * MySQL's positions: GTID sets such as `UUID:1-99,UUID:1-40`, where UUID names a server. A set may have gaps, and from 8.3 on a server's
 * transactions may carry tags (`UUID:1-99:tag:1-5`), each of which is a stream of its own. A set covers what it lists and nothing more, as
 * the server's own GTID_SUBSET and GTID_SUBTRACT have it.
 */
import type { Place } from '../../../domain/salvage/history';
import type { Positions } from '../../../ports/positions';

type Range = readonly [from: bigint, to: bigint];
/** The ranges of each server and tag, in order, apart from each other. */
type GtidSet = ReadonlyMap<string, readonly Range[]>;

const example = '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-99';
const malformed = (text: string) => new Error(`${JSON.stringify(text)} is not a position; it must be like ${example}.`);

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const rangeForm = /^([1-9]\d*)(?:-([1-9]\d*))?$/;
const tagForm = /^[a-z_][a-z0-9_]{0,31}$/;

/** Neighbours become one. */
function merged(ranges: readonly Range[]): Range[] {
  const found: [bigint, bigint][] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = found.at(-1);
    if (last === undefined || from > last[1] + 1n) found.push([from, to]);
    else if (to > last[1]) last[1] = to;
  }
  return found;
}

/** The ranges of one entry under the server, or the server and tag, that they belong to. */
function* rangesIn(entry: string, position: string): Generator<[stream: string, range: Range]> {
  const [uuid = '', ...parts] = entry.split(':').map((part) => part.trim());
  if (!uuidForm.test(uuid) || parts.length === 0 || tagForm.test(parts.at(-1) ?? '')) throw malformed(position);
  let stream = uuid;
  for (const part of parts) {
    const [, first, last = first] = rangeForm.exec(part) ?? [];
    if (first !== undefined && last !== undefined && BigInt(first) <= BigInt(last))
      yield [stream, [BigInt(first), BigInt(last)]];
    else if (tagForm.test(part)) stream = `${uuid}:${part}`;
    else throw malformed(position);
  }
}

/** Line ends, capitals and empty entries are no part of it. */
function setOf(position: string): GtidSet {
  const found = new Map<string, Range[]>();
  const entries = position.toLowerCase().split(',');
  for (const entry of entries.map((each) => each.trim()).filter(Boolean))
    for (const [stream, range] of rangesIn(entry, position)) found.set(stream, [...(found.get(stream) ?? []), range]);
  return new Map([...found].map(([stream, ranges]) => [stream, merged(ranges)]));
}

const textOf = (set: GtidSet): string =>
  [...set]
    .filter(([, ranges]) => ranges.length > 0)
    .map(([stream, ranges]) =>
      [stream, ...ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`))].join(':'),
    )
    .join(',');

/** What is left of `ranges` without `others`. */
function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, [cutFrom, cutTo]) =>
      left.flatMap(([from, to]): Range[] => {
        if (cutTo < from || cutFrom > to) return [[from, to]];
        const before: Range[] = from < cutFrom ? [[from, cutFrom - 1n]] : [];
        const after: Range[] = to > cutTo ? [[cutTo + 1n, to]] : [];
        return [...before, ...after];
      }),
    [...ranges],
  );
}

function minus(a: string, b: string): string {
  const known = setOf(b);
  return textOf(new Map([...setOf(a)].map(([stream, ranges]) => [stream, without(ranges, known.get(stream) ?? [])])));
}

const contains = (position: string, other: string): boolean => minus(other, position) === '';

function places(position: string): Place[] {
  return [...setOf(position)].map(([name, ranges]) => {
    const [writer = '', tag = ''] = name.split(':');
    return { stream: tag, writer, number: ranges.at(-1)?.[1] ?? 0n };
  });
}

export const mysqlPositions: Positions = {
  contains,
  minus,
  equal: (a, b) => contains(a, b) && contains(b, a),
  union: (a, b) => textOf(setOf([a, b].map((each) => textOf(setOf(each))).join(','))),
  places,
};

/** `text` in one line, to become a part of a statement. @throws Error when it is empty or no position */
export function plainPosition(text: string): string {
  const plain = textOf(setOf(text));
  if (plain === '') throw malformed(text);
  return plain;
}
