import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> };

test.each(Object.keys(bin))('npx %s finds its command in a folder that was built', (name) => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')]);
  expect(execFileSync(join(root, 'node_modules/.bin', name), ['--help'], { encoding: 'utf8' })).toContain(name);
});
