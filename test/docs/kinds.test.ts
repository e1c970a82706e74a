import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { regionKinds } from '../../src/providers/region-kinds';
import { page, root } from './pages';

const suites = {
  database: ['describeDatabase', 'describePositions'],
  sessions: ['describeSessions'],
  settings: ['describeSettings'],
  media: ['describeMedia'],
};

const parts = Object.keys(suites) as (keyof typeof suites)[];
const kinds = parts.flatMap((part) => regionKinds[part].map(({ kind, title }) => [part, kind, title] as const));

const filesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));

test.each(kinds)('a %s of kind %s is held to the contract of its port', (part, _kind, title) => {
  const tests = filesIn('test/providers').filter(({ name }) => name.startsWith(part) && name.endsWith('.test.ts'));
  const missing = suites[part].filter((suite) => !tests.some(({ text }) => text.includes(`${suite}('${title}'`)));
  expect(missing).toEqual([]);
});

test.each(kinds)('a %s of kind %s is among those that the page of the site file names', (part, kind) => {
  const row = page('docs/operating.md')
    .text.split('\n')
    .find((line) => line.startsWith(`| \`regions.NAME.${part}.kind\` |`));
  expect(row).toContain(`\`${kind}\``);
});

test('neither the schema of the site file nor the composition root names a kind of a part of a region', () => {
  const names = new RegExp(kinds.flatMap(([, kind, title]) => [kind, title]).join('|'), 'i');
  const files = [...filesIn('src/connect'), ...filesIn('src/config')];
  expect(files.filter(({ text }) => names.test(text)).map(({ name }) => name)).toEqual([]);
});
