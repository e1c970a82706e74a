/**
 * Compares a log with what the primary has, stream by stream. A stream is a series of transactions with its own numbers, and each new
 * transaction gets the next number: so the numbers show where transactions are missing, or where both regions used the same number.
 */

/** A transaction's stream, the server that wrote it, and its number in the stream. */
export interface Place {
  stream: string;
  writer: string;
  number: bigint;
}

/** What the primary has. */
export interface Ground {
  knows: (id: string) => boolean;
  placeOf: (id: string) => Place;
  /** The last transaction of each server in each stream that it has had. */
  known: readonly Place[];
  /** The primary's own server. */
  writer: string;
}

/** A stream as far as its log was read. */
export interface Stream {
  /** The last transaction that both have; empty while none was seen. */
  point: string;
  last: string;
  number: bigint | undefined;
  /** The first transactions that the primary lacks, as many as a person reads at once, and how many there are. */
  lacking: string[];
  count: number;
  /** Why there may be more than these, or why they are not the end of the log; empty if neither. */
  flaw: string;
}

const shownIds = 20;

export const newStream = (): Stream => ({ point: '', last: '', number: undefined, lacking: [], count: 0, flaw: '' });

/**
 * Adds `id`, which the primary has. True if everything before it is shared history, so that errant transactions can only follow.
 *
 * If the primary lacks transactions before it, they are shared all the same where the primary got `id` from another server, which had all of
 * them: a primary that was reseeded no longer names what is older. They are not where the primary wrote `id` itself, or where the numbers do
 * not rise: then somebody attached the deposed region to the primary by hand, and those transactions exist only there.
 */
export function takeKnown(stream: Stream, id: string, { placeOf, writer: primary }: Ground): boolean {
  const { writer, number } = placeOf(id);
  const isShared = stream.count === 0 || (writer !== primary && rises(stream, number));
  if (isShared) Object.assign(stream, newStream(), { point: id });
  else stream.flaw ||= `has ${id}, which comes after them`;
  Object.assign(stream, { last: id, number });
  return isShared;
}

/** Adds `id`, which the primary lacks. */
export function takeErrant(stream: Stream, id: string, ground: Ground): void {
  const place = ground.placeOf(id);
  stream.flaw ||= flawBefore(stream, id, place, ground);
  stream.count += 1;
  if (stream.lacking.length < shownIds) stream.lacking.push(id);
  Object.assign(stream, { last: id, number: place.number });
}

const rises = ({ number: last }: Stream, number: bigint) => last === undefined || number > last;

function flawBefore(stream: Stream, id: string, { stream: name, number }: Place, { known }: Ground): string {
  const { last, number: before } = stream;
  if (!rises(stream, number)) return `their numbers do not rise: ${id} follows ${last}`;
  // The log has no earlier one of the stream: it must be the very first, or follow one that the primary has.
  if (before === undefined)
    return number === 1n || known.some((place) => place.stream === name && place.number === number - 1n)
      ? ''
      : `the transactions before ${id} are not in the log`;
  const missing = number - before - 1n;
  if (missing === 0n) return '';
  return `${missing === 1n ? '1 transaction' : `${missing} transactions`} between ${last} and ${id} cannot be found in the log`;
}

/** Why the log does not tell all that the primary lacks, as the end of a sentence that begins with the primary; undefined where it does. */
export function flawIn(streams: readonly Stream[]): string | undefined {
  const [first] = streams.filter(({ flaw }) => flaw !== '');
  if (!first) return undefined;
  const more = first.count > first.lacking.length ? ` and ${first.count - first.lacking.length} more` : '';
  return `lacks ${first.lacking.join(', ')}${more}, but ${first.flaw}.`;
}

/** A question to ask of each transaction in the order of a log: does it follow the last one of its stream that both regions have? */
export function after(points: readonly Place[], placeOf: (id: string) => Place): (id: string) => boolean {
  const ahead = new Map(points.map((point) => [point.stream, point]));
  return (id) => {
    const { stream, writer, number } = placeOf(id);
    const point = ahead.get(stream);
    if (point?.writer === writer && point.number === number) ahead.delete(stream);
    return point === undefined;
  };
}

/** A question to ask of each transaction: is it a point itself, or one of the `span` before it? */
export function lastUpTo(
  points: readonly Place[],
  placeOf: (id: string) => Place,
  span: number,
): (id: string) => boolean {
  const numbers = new Map(points.map(({ stream, number }) => [stream, number]));
  return (id) => {
    const { stream, number } = placeOf(id);
    const point = numbers.get(stream);
    return point !== undefined && number <= point && number > point - BigInt(span);
  };
}

/**
 * The first of `seen` that `writer` wrote after the end of its log, so that the log must have lost its end. `ends` are the last transactions
 * of the log's streams; a stream that is not in it may have been removed with its older files, and says nothing.
 */
export const beyondEnd = (ends: readonly Place[], seen: readonly Place[], writer: string): Place | undefined =>
  seen.find((place) => {
    const own = ends.filter(({ stream }) => stream === place.stream);
    return place.writer === writer && own.length > 0 && own.every(({ number }) => number < place.number);
  });

/** A question to ask of each transaction of the primary's own log, where the points themselves need not be: does it have a higher number? */
export function beyond(points: readonly Place[], placeOf: (id: string) => Place): (id: string) => boolean {
  const numbers = new Map(points.map(({ stream, number }) => [stream, number]));
  return (id) => {
    const { stream, number } = placeOf(id);
    return number > (numbers.get(stream) ?? 0n);
  };
}

/** Whether a log that was read up to `had` has nothing behind it where it ends at `end`. Numbers of a stream rise, whoever writes there. */
export const covers = (had: readonly Place[], end: readonly Place[]): boolean =>
  end.every(({ stream, number }) => had.some((place) => place.stream === stream && place.number >= number));

/**
 * Whether `had` reaches the end that `end` tells. Numbers of a stream rise, so its end is the highest one; an entry below it is of a server
 * that wrote there earlier, and was read on the way.
 */
export const reachesEnd = (had: readonly Place[], end: readonly Place[]): boolean =>
  end
    .filter(({ stream, number }) => end.every((other) => other.stream !== stream || other.number <= number))
    .every(({ stream, writer, number }) =>
      had.some((place) => place.stream === stream && place.writer === writer && place.number >= number),
    );
