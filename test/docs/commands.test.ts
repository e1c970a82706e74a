import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDrill, parseMonitor, parseRejoin, parseTransfer } from '../../src/domain/plan/request';
import { readArguments } from '../../src/starters/command';
import { commands } from '../../src/starters/commands';
import { problemsWith } from '../../src/contract/messages';
import { monitorVerbs, salvageVerbs, transferVerbs } from '../../src/contract/verbs';
import { blockLines, codeSpans, page, pages, root } from './pages';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const parsers = { monitor: parseMonitor, transfer: parseTransfer, rejoin: parseRejoin, drill: parseDrill };

/** Every piece of code in every page, comments of a shell line left out. */
const code = pages.flatMap(({ path, text }) =>
  [...new Set([...codeSpans(text), ...blockLines(text)])].map(
    (line) => [path, line.replace(/ {2,}# .*$/, '')] as const,
  ),
);
const lines = (pattern: RegExp) => code.filter(([, line]) => pattern.test(line));

/** A shell line in words; quotes hold words together. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '');

const option = (words: readonly string[], ...names: string[]): string =>
  words[words.findIndex((word) => names.includes(word)) + 1] ?? '';

test.each(lines(/npm (?:run|test)\b/))('%s: `%s` is a script of package.json', (_page, line) => {
  for (const [, name = 'test'] of line.matchAll(/npm (?:run ([\w:-]+)|test)/g))
    expect(Object.keys(scripts)).toContain(name);
});

const typed = lines(/^npx handover [a-z]/).filter(([, line]) => !/…|SITE|VERB/.test(line));

test.each(typed)('%s: `%s` is understood', (_page, line) => {
  const [, , name = '', ...args] = wordsOf(line);
  const command = commands.find((each) => each.name === name);
  expect(commands.map((each) => each.name)).toContain(name);
  if (command) expect(readArguments(command, args).site).toMatch(/^(?:shop|lab|example|)$/);
});

const started = lines(/^(?:temporal|tctl) workflow start .*--input/).filter(([, line]) => !line.includes('…'));

test.each(started)('%s: `%s` starts what it says, under the id that is its lock', (_page, line) => {
  const words = wordsOf(line);
  const type = option(words, '--type', '--workflow_type') as keyof typeof parsers;
  const { site } = parsers[type](JSON.parse(option(words, '--input')));
  expect(option(words, '--workflow-id', '--workflow_id')).toBe(`${type}/${site}`);
  expect(option(words, '--task-queue', '--taskqueue')).toBe('handover');
});

const said = lines(/^(?:temporal|tctl) workflow (?:signal|update execute) /);

test.each(said)('%s: `%s` says what the workflow understands', (_page, line) => {
  const words = wordsOf(line);
  const verbs = option(words, '--workflow-id', '--workflow_id').startsWith('monitor/') ? monitorVerbs : transferVerbs;
  const verb = verbs.find(({ name }) => name === option(words, '--name'));
  const given: unknown = words.includes('--input') ? JSON.parse(option(words, '--input')) : undefined;
  expect(verb && problemsWith(verb, given)).toEqual([]);
});

test.each([...monitorVerbs, ...transferVerbs, ...salvageVerbs].map((verb) => [verb.name, verb] as const))(
  'the verb %s stands in its table, with its fields',
  (name, { fields }) => {
    const rows = page('docs/operating.md').text.split('\n');
    const row = rows.filter((line) => line.startsWith(`| \`${name}\` | \``)).join('\n');
    for (const field of ['SITE', ...Object.keys(fields)]) expect(row).toContain(field);
  },
);

test('no two commands of the CLI have the same name', () => {
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('the pages show commands of every sort', () => {
  expect(typed.length).toBeGreaterThan(15);
  expect(started.length).toBeGreaterThan(5);
  expect(said.length).toBeGreaterThan(3);
});
