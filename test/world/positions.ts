/** The world's own positions, spelt as no vendor's: `1:99 2:40` is up to the 99th transaction of server 1 and the 40th of server 2. */
import type { Positions } from '../../src/ports/positions';

export const idOf = ({ server, sequence }: { server: number; sequence: number }) => `${server}:${sequence}`;

const entriesOf = (position: string) =>
  position === ''
    ? []
    : position.split(' ').map((text) => {
        const [, server, sequence] = /^(\d+):(\d+)$/.exec(text) ?? [];
        if (server === undefined)
          throw new Error(`${JSON.stringify(position)} is not a position; it must be like 1:99.`);
        return { server: Number(server), sequence: Number(sequence) };
      });

/** Of the last transaction it names; the world's log is one stream. */
export const sequenceOf = (position: string) => entriesOf(position).at(-1)?.sequence ?? 0;

const minus = (a: string, b: string): string => {
  const known = entriesOf(b);
  const beyond = entriesOf(a).filter(
    (entry) => !known.some(({ server, sequence }) => server === entry.server && sequence >= entry.sequence),
  );
  return beyond.map(idOf).join(' ');
};

const contains = (position: string, other: string) => minus(other, position) === '';

export const worldPositions: Positions = {
  contains,
  minus,
  equal: (a, b) => contains(a, b) && contains(b, a),
  union: (a, b) => [...entriesOf(a).filter((entry) => !contains(b, idOf(entry))), ...entriesOf(b)].map(idOf).join(' '),
  places: (position) =>
    entriesOf(position).map(({ server, sequence }) => ({
      stream: '',
      writer: String(server),
      number: BigInt(sequence),
    })),
};
