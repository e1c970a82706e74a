import { isPosition, mariadbPositions, plainPosition, serverOf } from '../../src/providers/database/mariadb/positions';
import { describePositions } from './positions.contract';

describePositions('MariaDB', {
  positions: mariadbPositions,
  text: (reached) => reached.map(([server, last]) => `0-${server}-${last}`).join(','),
});

const { contains, minus, equal, union, places } = mariadbPositions;

test.each([
  ['two domains of one server are two streams', '0-1-9', '1-1-9', { minus: '0-1-9' }],
  ['a domain more is more', '0-1-9,1-1-3', '0-1-9', { contains: true, minus: '1-1-3' }],
  ['more in one domain and less in another is neither', '0-1-9,1-1-3', '0-1-8,1-1-4', { minus: '0-1-9' }],
  [
    'of several entries of one server the highest counts',
    '0-1-7,0-1-9,0-1-8',
    '0-1-9',
    { contains: true, equal: true },
  ],
  [
    'blanks, line ends and empty entries are no part of it',
    '0-1-9,\n 0-2-4,',
    '0-2-4,0-1-9',
    { contains: true, equal: true },
  ],
  ['the last writer of a domain says nothing of the writer before it', '0-2-10', '0-1-9', { minus: '0-2-10' }],
  [
    'sequences are compared to the last digit',
    '0-1-18446744073709551615',
    '0-1-18446744073709551614',
    { contains: true, minus: '0-1-18446744073709551615' },
  ],
])('MariaDB: %s', (_what, a, b, expected) => {
  const found = { contains: contains(a, b), minus: minus(a, b), equal: equal(a, b) };
  expect(found).toEqual({ contains: false, minus: '', equal: false, ...expected });
});

test.each([
  '0-1',
  '0-1-',
  '0-1-9-4',
  '-0-1-9',
  '0-1-x',
  '0-1-9;0-2-4',
  '0-1-9,x',
  '3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5',
])('MariaDB: %s is no position, and neither compared nor put into a command', (text) => {
  const sentence = `${JSON.stringify(text)} is not a position; it must be like 0-1-99.`;
  expect(() => contains(text, '0-1-9')).toThrow(sentence);
  expect(() => plainPosition(text)).toThrow(sentence);
  expect(isPosition(text)).toBe(false);
});

test.each(['', ' 0-1-9', '0-1-9,', "0-1-9'"])('MariaDB: %j never becomes a part of a command', (text) => {
  expect(() => plainPosition(text)).toThrow(`${JSON.stringify(text)} is not a position; it must be like 0-1-99.`);
});

test('MariaDB: a transaction tells which server wrote it, and what is none is an error', () => {
  expect([serverOf('0-12-99'), plainPosition('0-12-99,1-1-4')]).toEqual(['12', '0-12-99,1-1-4']);
  expect(() => serverOf('0-12-99,1-1-4')).toThrow('"0-12-99,1-1-4" is not a position; it must be like 0-1-99.');
});

test('MariaDB: each domain is a stream of its own, whoever wrote in it', () => {
  expect(places('0-1-9,0-2-18446744073709551615,1-1-3')).toEqual([
    { stream: '0', writer: '1', number: 9n },
    { stream: '0', writer: '2', number: 18_446_744_073_709_551_615n },
    { stream: '1', writer: '1', number: 3n },
  ]);
  expect(union('0-1-9,1-1-3', '0-1-7,0-2-4')).toBe('0-1-9,1-1-3,0-2-4');
});
