import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './script';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-changed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const git = (checkout: string, ...args: string[]) => {
  const who = ['-c', 'user.name=Ines', '-c', 'user.email=ines@shop.example'];
  execFileSync('git', [...who, ...args], { cwd: join(folder, checkout), stdio: 'pipe' });
};
const write = (checkout: string, name: string) => writeFileSync(join(folder, checkout, name), name);
const commit = (checkout: string, name: string) => {
  write(checkout, name);
  git(checkout, 'add', name);
  git(checkout, 'commit', '-qm', name);
};
const changed = (checkout: string) => evaluate('test/changed.mjs', 'it.changedFiles(input)', join(folder, checkout));

function repository(): void {
  git('.', 'init', '-q', '-b', 'main', 'origin');
  commit('origin', 'old.ts');
}

test('a clone names what it committed, changed and added since it left the main branch', () => {
  repository();
  git('.', 'clone', '-q', 'origin', 'clone');
  expect(changed('clone')).toEqual([]);
  commit('origin', 'theirs.ts');
  git('clone', 'checkout', '-qb', 'work');
  commit('clone', 'committed.ts');
  writeFileSync(join(folder, 'clone/old.ts'), 'changed');
  write('clone', 'added.ts');
  expect(changed('clone')).toEqual(['committed.ts', 'old.ts', 'added.ts']);
});

test('a repository that is no clone names what differs from its last commit', () => {
  repository();
  commit('origin', 'committed.ts');
  write('origin', 'added.ts');
  expect(changed('origin')).toEqual(['added.ts']);
});

test('where there is no repository nothing is known, so that everything is looked at', () => {
  expect(changed('.')).toBeNull();
});
