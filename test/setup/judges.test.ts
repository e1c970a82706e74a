import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './script';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'handover-judges-'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

const packages = evaluate('setup/judges.mjs', 'it.JUDGES', null) as { name: string; packages: string[] }[];
const missing = (): unknown =>
  evaluate('setup/judges.mjs', 'it.missingJudges(input).map(({ name }) => name)', checkout);
const bring = (name: string, what: string): void => {
  mkdirSync(join(checkout, '.cache/judges', name), { recursive: true });
  writeFileSync(join(checkout, '.cache/judges', name, 'brought'), what);
};

describe('judges', () => {
  it('are all missing on a bare clone, and none when each was brought', () => {
    expect(missing()).toEqual(packages.map(({ name }) => name));
    for (const { name, packages: wanted } of packages) bring(name, wanted.join(' '));
    expect(missing()).toEqual([]);
  });

  it('are missing in another version, and when their set-up was broken off', () => {
    for (const { name, packages: wanted } of packages) bring(name, wanted.join(' '));
    bring('pydo', 'pydo==0.1.0');
    rmSync(join(checkout, '.cache/judges/prism/brought'));
    expect(missing()).toEqual(['prism', 'pydo']);
  });

  it('have exact versions', () => {
    for (const each of packages.flatMap(({ packages: wanted }) => wanted)) expect(each).toMatch(/(@|==)\d+\.\d+\.\d+$/);
  });
});
