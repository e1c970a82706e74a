import { mysqlPositions, plainPosition } from '../../src/providers/database/mysql/positions';
import { describePositions } from './positions.contract';

const [u, v] = ['3e11fa47-71ca-11e1-9e33-c80aa9429562', '4e11fa47-71ca-11e1-9e33-c80aa9429562'];
const names: Readonly<Record<number, string>> = { 1: u, 2: v };
/** `text` with the UUIDs of servers in the place of their numbers. */
const numbered = (text: string) =>
  text.replaceAll(/(^|[,\n])(\d):/g, (_, before: string, server: string) => `${before}${names[Number(server)] ?? ''}:`);

describePositions('MySQL', {
  positions: mysqlPositions,
  text: (reached) => reached.map(([server, last]) => `${names[server] ?? ''}:1-${last}`).join(','),
  writer: (server) => names[server] ?? '',
});

const { contains, minus, equal, union, places } = mysqlPositions;

test.each([
  ['a gap is not covered by what comes behind it', '1:1-3:5-9', '1:4', { minus: '1:1-3:5-9' }],
  ['neighbours are one range', '1:1-3:4-9', '1:1-9', { contains: true, equal: true }],
  ['overlapping entries of one server are one range', '1:5-9,1:1-6', '1:1-9', { contains: true, equal: true }],
  ['what is cut out of the middle leaves two ends', '1:1-9', '1:4-6', { contains: true, minus: '1:1-3:7-9' }],
  ['a tag is a stream of its own', '1:1-9:mark:1-3', '1:1-9', { contains: true, minus: '1:mark:1-3' }],
  [
    'capitals, line ends and empty entries are no part of it',
    '1:1-9,\n2:1-4,',
    '2:1-4,1:1-9',
    { contains: true, equal: true },
  ],
  [
    'numbers are compared to the last digit',
    '1:1-9223372036854775806',
    '1:1-9223372036854775805',
    { contains: true, minus: '1:9223372036854775806' },
  ],
])('MySQL: %s', (_what, one, other, expected) => {
  const [a, b] = [numbered(one).toUpperCase().replaceAll('MARK', 'mark'), numbered(other)];
  const result = { contains: contains(a, b), minus: minus(a, b), equal: equal(a, b) };
  const { minus: more, ...rest } = { contains: false, equal: false, minus: '', ...expected };
  expect(result).toEqual({ ...rest, minus: numbered(more) });
});

test.each([
  '0-1-99',
  u,
  `${u}:`,
  `${u}:0`,
  `${u}:1-`,
  `${u}:5-3`,
  `${u}:mark`,
  `${u}:1-9;${v}:1`,
  `${u}:1-9'`,
  `${u}x:1`,
])('MySQL: %s is no position, and neither compared nor put into a statement', (text) => {
  const sentence = `${JSON.stringify(text)} is not a position; it must be like ${u}:1-99.`;
  expect(() => contains(text, `${u}:1`)).toThrow(sentence);
  expect(() => plainPosition(text)).toThrow(sentence);
});

test('MySQL: an empty position never becomes a part of a statement, and others do in one line', () => {
  expect(() => plainPosition('')).toThrow('"" is not a position');
  expect(plainPosition(`${u}:1-9,\n${v}:1`)).toBe(`${u}:1-9,${v}:1`);
});

test('MySQL: each server and tag is a place of its own, and a union joins them', () => {
  expect(places(`${u}:1-9:12,${v}:1-4:mark:1-2`)).toEqual([
    { stream: '', writer: u, number: 12n },
    { stream: '', writer: v, number: 4n },
    { stream: 'mark', writer: v, number: 2n },
  ]);
  expect(union(`${u}:1-4`, `${u}:5-9,${v}:1`)).toBe(`${u}:1-9,${v}:1`);
});
