import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, root } from './script';

const report = (changes: object = {}): object => ({
  numPassedTests: 10,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  ...changes,
});
const count = (written: object | null, code: number): unknown =>
  evaluate('test/count.mjs', 'it.countJest(input.written ?? undefined, input.code)', { written, code });

describe('what a run of jest counts', () => {
  it.each([
    ['all passed', report(), 0, { passed: 10, failed: 0, skipped: 0 }],
    ['a failure', report({ numFailedTests: 2 }), 1, { passed: 10, failed: 2, skipped: 0 }],
    [
      'a suite that could not be loaded',
      report({ numRuntimeErrorTestSuites: 1 }),
      1,
      { passed: 10, failed: 1, skipped: 0 },
    ],
    ['a bad end with every test passed', report(), 1, { passed: 10, failed: 1, skipped: 0 }],
    [
      'skipped and planned tests',
      report({ numPendingTests: 1, numTodoTests: 2 }),
      0,
      { passed: 10, failed: 0, skipped: 3 },
    ],
    ['no report at all, though it says it went well', null, 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('%s', (_what, written, code, counts) => {
    expect(count(written, code)).toEqual(counts);
  });
});

describe('the last line', () => {
  it.each([
    [{ passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed'],
    [{ passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped'],
  ])('of %j is %s', (counts, line) => {
    expect(evaluate('test/count.mjs', 'it.lastLine(input)', counts)).toBe(line);
  });
});

describe('.ci/run', () => {
  let checkout: string;
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'handover-ci-'));
    mkdirSync(join(checkout, '.ci'));
    mkdirSync(join(checkout, 'bin'));
    writeFileSync(join(checkout, '.ci/run'), readFileSync(join(root, '.ci/run')));
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  const passing = 'echo 5 passed, 0 failed';
  it.each([
    ['passes on what both runs say', passing, 'echo 2 passed, 0 failed', 0, '7 passed, 0 failed'],
    ['adds what was skipped', 'echo 5 passed, 0 failed, 3 skipped', passing, 0, '10 passed, 0 failed, 3 skipped'],
    ['fails with the tests', 'echo 4 passed, 1 failed; exit 1', passing, 1, '9 passed, 1 failed'],
    ['fails with the explorations', passing, 'echo 1 passed, 2 failed; exit 1', 1, '6 passed, 2 failed'],
    ['counts a failure when the set-up broke', 'echo no network; exit 7', passing, 7, '5 passed, 1 failed'],
    ['counts a failure when an exploration broke', passing, 'echo no memory; exit 9', 9, '5 passed, 1 failed'],
    ['fails when nothing was tested', 'echo fine', 'echo fine', 1, '0 passed, 2 failed'],
  ])('%s', (_what, test, deep, code, line) => {
    // In the place of npm, which takes most of a second to start.
    const npm = `#!/bin/sh\ncase "$*" in test) ${test};; 'run test:deep') ${deep};; *) exit 1;; esac\n`;
    writeFileSync(join(checkout, 'bin/npm'), npm, { mode: 0o755 });
    const env = { ...process.env, PATH: `${join(checkout, 'bin')}:${process.env.PATH ?? ''}` };
    const { status, stdout } = spawnSync('bash', [join(checkout, '.ci/run')], { encoding: 'utf8', env });
    expect([status, stdout.trim().split('\n').at(-1)]).toEqual([code, line]);
  });
});
