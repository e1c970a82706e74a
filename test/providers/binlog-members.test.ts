/** Members of enumerations and sets: a log and a declaration name them in one spelling. */
import { declaredLayout, loggedColumns } from '../../src/providers/database/mariadb/binlog/layout';
import { declaredMembers, loggedMembers } from '../../src/providers/database/mariadb/binlog/members';

const text = (value: string) => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
const list = (...members: string[]) => Buffer.concat([Buffer.from([members.length]), ...members.map(text)]);
const field = (number: number, ...parts: Buffer[]) => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([number, bytes.length]), bytes]);
};

test.each<[string, string[]]>([
  ["enum('new','done')", ['new', 'done']],
  ["enum('')", ['']],
  ["set('a','b,c')", ['a', 'b,c']],
  ["enum('it''s','''')", ["it's", "'"]],
  ["enum('a\\\\b','line\\nfeed','\\0')", ['a\\b', 'line\nfeed', '\0']],
  ["ENUM('Upper','\u20ac')", ['Upper', '\u20ac']],
])('%s has its members', (type, members) => {
  expect(declaredMembers(type)).toEqual(members);
});

test.each(['int(11)', 'varchar(20)', "enum_like('a')"])('%s has none', (type) => {
  expect(declaredMembers(type)).toBeUndefined();
});

test('a log names the members of each such column in turn', () => {
  expect(loggedMembers(Buffer.concat([list('a', 'b'), list(), list('\u20ac')]))).toEqual([['a', 'b'], [], ['\u20ac']]);
  expect(loggedMembers(undefined)).toEqual([]);
});

test('an enumeration and a set of a log are told in the words of their declarations, each with its own members', () => {
  const [enumeration, set] = [0xf701, 0xf802];
  const columns = [set, enumeration, enumeration].map((meta) => ({ type: 254, meta }));
  const metadata = Buffer.concat([
    field(4, text('flags'), text('kind'), text('size')),
    field(5, list('x', "y's")),
    field(6, list('a', 'b'), list('s')),
    field(10, Buffer.from([45])),
  ]);
  const declared = ["set('x','y''s')", "enum('a','b')", "enum('s')"].map((fullType) =>
    declaredLayout({ type: fullType.slice(0, fullType.indexOf('(')), fullType, octets: '4', collation: '45' }),
  );
  expect(loggedColumns(columns, metadata).map(({ name, layout }) => [name, layout])).toEqual([
    ['flags', declared[0]],
    ['kind', declared[1]],
    ['size', declared[2]],
  ]);
});
