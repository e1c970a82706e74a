import { evaluate } from './script';

const debian = (expression: string, input: unknown): unknown => evaluate('setup/debian.mjs', expression, input);

describe('which Debian packages are installed', () => {
  it.each([
    ['one that is there is left alone', 'curl installed\n', ['curl'], []],
    ['one that dpkg does not know is missing', '', ['curl'], ['curl']],
    ['one that was removed but left its settings is missing', 'curl config-files\n', ['curl'], ['curl']],
    ['one that was broken off half-way is missing', 'curl half-configured\n', ['curl'], ['curl']],
    ['a longer name does not stand for a shorter one', 'php-redis-all installed\n', ['php-redis'], ['php-redis']],
    ['the order asked for is kept', 'jq installed\n', ['unbound', 'jq', 'curl'], ['unbound', 'curl']],
  ])('%s', (_what, listing, wanted, missing) => {
    expect(debian('it.missingPackages(input.wanted, input.listing)', { wanted, listing })).toEqual(missing);
  });

  it('what an installation added, its dependencies included, is the difference of two listings', () => {
    const before = 'curl installed\njq config-files\n';
    const after = 'curl installed\njq installed\nlibjq1 installed\nnginx unpacked\n';
    expect(debian('it.addedPackages(input.before, input.after)', { before, after })).toEqual(['jq', 'libjq1']);
  });
});

interface Verdict {
  can: boolean;
  because?: string;
  command?: string;
}

describe('whether this machine can hold the lab', () => {
  it.each([
    ['root on Debian can', { platform: 'linux', uid: 0, apt: true }, true, undefined],
    [
      'somebody else on Debian is told of sudo',
      { platform: 'linux', uid: 1000, apt: true },
      false,
      'sudo npm run setup',
    ],
    ['another Linux is told of a Debian VM', { platform: 'linux', uid: 0, apt: false }, false, 'use a Debian 12 VM'],
    ['a Mac is told of a Linux VM', { platform: 'darwin', uid: 501, apt: false }, false, 'use a Debian 12 VM'],
    [
      'Windows, which has no uid, is told of a Linux VM',
      { platform: 'win32', apt: false },
      false,
      'use a Debian 12 VM',
    ],
  ])('%s', (_what, machine, can, command) => {
    const verdict = debian('it.labVerdict(input)', machine) as Verdict;
    expect([verdict.can, verdict.command]).toEqual([can, command]);
    if (!can) expect(verdict.because).toContain('npm run typecheck');
  });
});

describe('services that a package would start at the next boot', () => {
  it('are its services, sockets and timers, not its templates and other files', () => {
    const files = [
      '/lib/systemd/system/nginx.service',
      '/usr/lib/systemd/system/phpsessionclean.timer',
      '/lib/systemd/system/ssh.socket',
      '/lib/systemd/system/ssh@.service',
      '/lib/systemd/system/nginx.service.d/limits.conf',
      '/usr/share/doc/nginx/nginx.service.md',
    ].join('\n');
    expect(debian('it.unitsOf(input)', files)).toEqual(['nginx.service', 'phpsessionclean.timer', 'ssh.socket']);
  });
});

describe('packages that would be removed along with ours', () => {
  it('are those that apt names and we did not bring', () => {
    const simulation = 'Purg nginx-light [1.22]\nPurg php-fpm:amd64 [8.2]\nPurg somebodys-site [1.0]\nInst nothing\n';
    const ours = ['nginx-light', 'php-fpm'];
    const others = evaluate('setup/remove.mjs', 'it.otherRemovals(input.simulation, input.ours)', {
      simulation,
      ours,
    });
    expect(others).toEqual(['somebodys-site']);
  });
});

describe('why a program failed', () => {
  it.each([
    ['apt', 'Reading lists...\nE: Unable to locate package nosuch\n', 'E: Unable to locate package nosuch'],
    [
      'npm',
      'npm error code E404\nnpm error 404 Not Found\nnpm error A complete log of this run: x\n',
      'npm error 404 Not Found',
    ],
    ['a program that marks no errors', 'one\ntwo\n\nthree\nfour\n', 'two three four'],
  ])('is taken from the output of %s', (_what, output, words) => {
    expect(evaluate('setup/run.mjs', 'it.errorIn(input)', output)).toBe(words);
  });
});
