import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './script';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'handover-npm-'));
  mkdirSync(join(checkout, 'node_modules'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

const lock = (versions: Record<string, string>): string =>
  JSON.stringify({
    packages: {
      '': { name: 'handover' },
      ...Object.fromEntries(Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }])),
      'node_modules/other-platform': { version: '1.0.0', optional: true },
    },
  });
const write = (path: string, text: string): void => writeFileSync(join(checkout, path), text);
const ready = (): unknown => evaluate('setup/npm.mjs', 'it.npmReady(input)', checkout);

describe('node_modules', () => {
  it('is not ready on a bare clone', () => {
    write('package-lock.json', lock({ zod: '4.0.0' }));
    expect(ready()).toBe(false);
  });

  it('is taken as it is when somebody installed the same versions by hand, and is then known by its stamp', () => {
    write('package-lock.json', lock({ zod: '4.0.0' }));
    write('node_modules/.package-lock.json', lock({ zod: '4.0.0' }));
    expect(ready()).toBe(true);
    rmSync(join(checkout, 'node_modules/.package-lock.json'));
    expect(ready()).toBe(true);
  });

  it.each([
    ['another version', { zod: '3.0.0' }],
    ['a package less', {}],
  ])('is not ready with %s', (_what, installed) => {
    write('package-lock.json', lock({ zod: '4.0.0' }));
    write('node_modules/.package-lock.json', lock(installed));
    expect(ready()).toBe(false);
  });

  it('is not ready any more when the lock file changes', () => {
    write('package-lock.json', lock({ zod: '4.0.0' }));
    write('node_modules/.package-lock.json', lock({ zod: '4.0.0' }));
    expect(ready()).toBe(true);
    write('package-lock.json', lock({ zod: '4.0.1' }));
    expect(ready()).toBe(false);
  });
});
