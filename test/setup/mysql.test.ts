import { evaluate } from './script';

const find = (env: Record<string, string>, programs: string[]): unknown =>
  evaluate(
    'setup/mysql.mjs',
    `(() => { try { return it.findMysqld('/checkout', input.env, (path) => input.programs.includes(path)) ?? null }
      catch (error) { return error.message } })()`,
    { env, programs },
  );

const everywhere = ['/opt/mysqld', '/usr/sbin/mysqld', '/checkout/.cache/mysql/bin/mysqld'];

describe('the MySQL that is used', () => {
  it.each([
    [
      'the one that HANDOVER_MYSQLD names',
      { HANDOVER_MYSQLD: '/opt/mysqld', PATH: '/usr/sbin' },
      everywhere,
      '/opt/mysqld',
    ],
    ['else the one on PATH', { PATH: '/bin:/usr/sbin' }, everywhere, '/usr/sbin/mysqld'],
    [
      'else the one of the cache, as a mysqld of MariaDB is none',
      { PATH: '/usr/sbin' },
      ['/checkout/.cache/mysql/bin/mysqld'],
      '/checkout/.cache/mysql/bin/mysqld',
    ],
    ['none where there is none', { PATH: '/bin' }, [], null],
  ])('is %s', (_what, env, programs, path) => {
    expect(find(env as Record<string, string>, programs)).toBe(path);
  });

  it('is none at all, with a sentence, when HANDOVER_MYSQLD leads to something else', () => {
    expect(find({ HANDOVER_MYSQLD: '/usr/bin/env', PATH: '/usr/sbin' }, everywhere)).toBe(
      'HANDOVER_MYSQLD is /usr/bin/env, which is no MySQL 8.0 or newer. To fix it: unset HANDOVER_MYSQLD',
    );
  });
});

it.each([
  ['Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n', 'http://mirror.example/debian'],
  ['# old\ndeb [signed-by=/k.gpg] https://mirror.example/debian/ bookworm main\n', 'https://mirror.example/debian'],
  ['deb http://mirror.example/debian-security bookworm-security main\n', null],
  ['', null],
])('the archive of the machine is found in %j', (sources, archive) => {
  expect(evaluate('setup/mysql.mjs', 'it.debianArchive(input)', sources)).toBe(archive);
});
