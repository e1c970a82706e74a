import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { knownHost } from '../../src/providers/host/known-hosts';
import { place } from '../../lab/loopback/place';
import { newKey } from '../../lab/loopback/sshd';

const at = place();
afterAll(() => at.remove());

const [type = '', key = ''] = readFileSync(`${newKey(at.path('k'))}.pub`, 'utf8').split(' ');
const isKnown = (text: string, address: string, port = 22) => knownHost(text, address, port).keys.length === 1;

test.each([
  ['a.test', 'a.test', 22, true],
  ['a.test', 'A.TEST', 22, true],
  ['A.test,b.test', 'b.test', 22, true],
  ['a.test', 'b.test', 22, false],
  ['a.test', 'a.test', 2222, false],
  ['[a.test]:2222', 'a.test', 2222, true],
  ['[a.test]:2222', 'a.test', 22, false],
  ['[2001:db8::10]:2222', '2001:db8::10', 2222, true],
  ['*.test', 'a.test', 22, true],
  ['*.test', 'atest', 22, false],
  ['198.51.100.?', '198.51.100.7', 22, true],
  ['*.test,!a.test', 'a.test', 22, false],
  ['*.test,!a.test', 'b.test', 22, true],
  ['# a.test', 'a.test', 22, false],
])('the line of %s names %s at port %i: %s', (hosts, address, port, known) => {
  expect(isKnown(`${hosts} ${type} ${key}\n`, address, port)).toBe(known);
});

test('hashed lines are understood', () => {
  writeFileSync(at.path('known'), `a.test,[b.test]:2222 ${type} ${key}\n`);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', at.path('known')], { stdio: 'pipe' });
  const text = readFileSync(at.path('known'), 'utf8');
  expect(text).toContain('|1|');
  expect(knownHost(text, 'a.test', 22).keys.map(({ blob }) => blob.toString('base64'))).toEqual([key]);
  expect([isKnown(text, 'b.test', 2222), isKnown(text, 'b.test'), isKnown(text, 'c.test')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('what a line can not be used for is told with its number', () => {
  const lines = [
    '# mine',
    `a.test sk-ssh-ed25519@openssh.com AAAA`,
    `@cert-authority a.test ${type} ${key}`,
    `a.test ${type} ${key.slice(8)}`,
    'a.test',
    `@revoked a.test ${type} ${key}`,
    `b.test ssh-dss AAAA`,
  ];
  expect(knownHost(lines.join('\n'), 'a.test', 22)).toEqual({
    keys: [],
    revoked: [{ line: 6, blob: Buffer.from(key, 'base64') }],
    skipped: [
      { line: 2, because: "keys of type sk-ssh-ed25519@openssh.com can't be verified" },
      { line: 3, because: '@cert-authority is not supported' },
      { line: 4, because: 'its key is damaged' },
      { line: 5, because: "keys of type (none) can't be verified" },
    ],
  });
});
