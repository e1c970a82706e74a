import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './script';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-policy-'));
  path = join(folder, 'policy-rc.d');
});
afterEach(() => rmSync(folder, { recursive: true }));

const policy = (expression: string): unknown => evaluate('setup/policy.mjs', expression, path);
const seen = `(await import('node:child_process')).spawnSync(input).status`;

describe('while packages are installed', () => {
  it('the policy forbids every service, and is gone afterwards', () => {
    expect(policy(`it.withoutServices(async () => ${seen}, input)`)).toBe(101);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a policy that was there is set aside and put back, with its mode', () => {
    writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o750 });
    expect(policy(`it.withoutServices(async () => ${seen}, input)`)).toBe(101);
    expect(readFileSync(path, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(readdirSync(folder)).toEqual(['policy-rc.d']);
  });

  it('a policy is put back when the installation fails', () => {
    writeFileSync(path, 'theirs');
    const failing = `it.withoutServices(async () => { throw new Error('apt broke') }, input).catch((error) => error.message)`;
    expect(policy(failing)).toBe('apt broke');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('a policy is put back on Ctrl-C, after the package manager has finished', () => {
    writeFileSync(path, 'theirs');
    const interrupted = `(async () => {
      const { run } = await import(new URL('./setup/run.mjs', ${JSON.stringify(`file://${join(__dirname, '../../scripts/')}`)}));
      const { writeFileSync } = await import('node:fs');
      const installs = 'until [ -e $0.go ]; do sleep 0.01; done; kill -INT $PPID; sleep 0.2; cp $0 $0.seen';
      const act = () => {
        const running = run('sh', ['-c', installs, input], { uninterruptible: true });
        writeFileSync(input + '.go', '');
        return running;
      };
      return it.withoutServices(act, input).catch((error) => error.constructor.name);
    })()`;
    expect(policy(interrupted)).toBe('Interrupted');
    expect(readFileSync(`${path}.seen`, 'utf8')).toContain('exit 101');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('a policy that an earlier set-up was killed over is put back first', () => {
    writeFileSync(path, 'theirs');
    policy(`it.withoutServices(async () => process.exit((console.log('\\u0001null'), 9)), input)`);
    expect(readFileSync(path, 'utf8')).toContain('exit 101');
    policy('it.restorePolicy(input)');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it("somebody else's policy is never taken for a leftover", () => {
    writeFileSync(path, '#!/bin/sh\nexit 101\n');
    policy('it.restorePolicy(input)');
    expect(existsSync(path)).toBe(true);
  });
});
