import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorOf, codeSpans, headings, pages, root } from './pages';

const rootFiles = /^(?:package\.json|docker-compose\.yml|Dockerfile|eslint\.config\.mjs|LICENSE|[A-Z]+\.md)$/;
const inTree = /^(?:src|lab|test|docs|sites|scripts|deploy|bench|\.ci)(?:\/[\w.*/-]*)?$/;

/** Up to the first part that is a placeholder in capitals, or a pattern. */
function fixedPart(path: string): string {
  const parts = path.split('/');
  const open = parts.findIndex((part) => part.includes('*') || /^[A-Z]{2,}(?:\.\w+)*$/.test(part));
  return (open < 0 ? parts : parts.slice(0, open)).join('/');
}

const links = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => [path, target] as const),
);

test.each(links)('%s: the link %s leads somewhere', (path, target) => {
  const [file = '', anchor] = target.split('#');
  const goal = file === '' ? path : normalize(join(dirname(path), file));
  expect(existsSync(join(root, goal))).toBe(true);
  if (anchor === undefined) return;
  expect(headings(readFileSync(join(root, goal), 'utf8')).map(anchorOf)).toContain(anchor);
});

const named = pages.flatMap(({ path, text }) =>
  [...new Set(codeSpans(text))]
    .filter((span) => inTree.test(span) || rootFiles.test(span))
    .map((span) => [path, span] as const),
);

test.each(named)('%s: the path %s is there', (_page, path) => {
  expect(existsSync(join(root, fixedPart(path)))).toBe(true);
});

test('the pages name paths and links at all', () => {
  expect(links.length).toBeGreaterThan(20);
  expect(named.length).toBeGreaterThan(80);
});

test('a path that is not there would be found', () => {
  expect(inTree.test('src/activities/steps/no-such-step.ts')).toBe(true);
  expect(existsSync(join(root, fixedPart('src/activities/steps/no-such-step.ts')))).toBe(false);
});
