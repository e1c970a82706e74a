import type { Positions } from '../../src/ports/positions';

/** Of each server the number of its last transaction. */
type Reached = readonly [server: number, last: number][];

/** `text` spells a position of one domain as this kind of database does. */
export interface PositionsCase {
  positions: Positions;
  text: (reached: Reached) => string;
  /** What `places` calls a server; its number by default. */
  writer?: (server: number) => string;
}

const none: Reached = [];

/** The promises of the port `Positions`, to which every implementation is held. */
export function describePositions(name: string, { positions, text, writer: named = String }: PositionsCase): void {
  describe(`${name} keeps the promises of positions`, () => {
    test.each<[string, Reached, Reached, { has: boolean; more: Reached; equal?: true }]>([
      ['one and the same transaction', [[1, 9]], [[1, 9]], { has: true, more: none, equal: true }],
      ['a later transaction of the same server', [[1, 10]], [[1, 9]], { has: true, more: [[1, 10]] }],
      ['an earlier transaction of the same server', [[1, 9]], [[1, 10]], { has: false, more: none }],
      ['a transaction of another server', [[1, 9]], [[2, 9]], { has: false, more: [[1, 9]] }],
      [
        'the same servers in another order',
        [
          [1, 9],
          [2, 4],
        ],
        [
          [2, 4],
          [1, 9],
        ],
        { has: true, more: none, equal: true },
      ],
      [
        'one server more',
        [
          [1, 9],
          [2, 4],
        ],
        [[1, 9]],
        { has: true, more: [[2, 4]] },
      ],
      [
        'one server less',
        [[1, 9]],
        [
          [1, 9],
          [2, 4],
        ],
        { has: false, more: none },
      ],
      [
        'more of one server and less of another',
        [
          [1, 9],
          [2, 4],
        ],
        [
          [1, 8],
          [2, 5],
        ],
        { has: false, more: [[1, 9]] },
      ],
      ['anything, compared with an empty log', [[1, 9]], none, { has: true, more: [[1, 9]] }],
      ['an empty log, compared with anything', none, [[1, 9]], { has: false, more: none }],
      ['two empty logs', none, none, { has: true, more: none, equal: true }],
    ])('positions are compared server by server: %s', (_what, a, b, { has, more, equal = false }) => {
      const [one, other] = [text(a), text(b)];
      expect(positions.contains(one, other)).toBe(has);
      expect(positions.places(positions.minus(one, other))).toEqual(positions.places(text(more)));
      expect([positions.equal(one, other), positions.equal(other, one)]).toEqual([equal, equal]);
      const both = positions.union(one, other);
      expect([positions.contains(both, one), positions.contains(both, other)]).toEqual([true, true]);
      expect(positions.equal(both, has ? one : positions.union(other, one))).toBe(true);
    });

    test('a position names the last transaction of each server, and its numbers', () => {
      const reached: Reached = [
        [1, 9],
        [2, 40],
      ];
      const found = positions.places(text(reached));
      expect(found.map(({ writer, number }) => [writer, number])).toEqual([
        [named(1), 9n],
        [named(2), 40n],
      ]);
      expect(new Set(found.map(({ stream }) => stream)).size).toBe(1);
      expect(positions.places('')).toEqual([]);
    });

    test.each(Object.keys(positions) as (keyof Positions)[])(
      'a text that is no position is an error of %s that names it, and a valid one',
      (ask) => {
        const sentence = /^"nonsense" is not a position; it must be like \S+\.$/;
        expect(() => positions[ask]('nonsense', text([[1, 9]]))).toThrow(sentence);
        if (ask !== 'places') expect(() => positions[ask](text([[1, 9]]), 'nonsense')).toThrow(sentence);
      },
    );
  });
}
