/** Values of any length are written as SQL: an expression with a group in it fails from some megabytes on. */
import { literal } from '../../src/providers/database/mariadb/literal';

const column = { name: 'note', kind: 'text' as const, unsigned: false, charset: 'latin1' };
const shape = { name: 'wp_notes', columns: [column], primary: ['note'], uniques: [] };
const of = (hex: string, charset = 'latin1') =>
  literal({ ...shape, columns: [{ ...column, charset }] }, 'note', { hex });

test('a text of 16 MB in a character set of its own is a literal like any other', () => {
  const hex = 'E9'.repeat(16 * 1024 * 1024);
  expect(of(hex) === `_latin1 X'${hex}'`).toBe(true);
  expect(of('')).toBe("_latin1 X''");
});

test.each([
  ['E', 'latin1'],
  ["E9' OR 1", 'latin1'],
  ['e9', 'latin1'],
  ['E9\n', 'latin1'],
  ['E9', 'latin1 X'],
])('%j in %s is refused, since it is no hexadecimal text', (hex, charset) => {
  expect(() => of(hex, charset)).toThrow(/is not spelt as one/);
});
