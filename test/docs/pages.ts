import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '../..');

export interface Page {
  path: string;
  text: string;
}

export const page = (path: string): Page => ({ path, text: readFileSync(join(root, path), 'utf8') });

/** Every page that people read. */
export const pages: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(page);

/** What stands between backticks within a line, of all lines outside of fenced blocks. */
export function codeSpans(text: string): string[] {
  return [...unfenced(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** Lines of fenced and of indented blocks. */
export function blockLines(text: string): string[] {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'));
  const indented = unfenced(text)
    .split('\n')
    .filter((line) => line.startsWith('    '));
  return [...fenced, ...indented].map((line) => line.trim()).filter((line) => line !== '');
}

const unfenced = (text: string): string => text.replace(/^```\w*\n[\s\S]*?^```$/gm, '');

/** What GitHub makes of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

export const headings = (text: string): string[] =>
  [...unfenced(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
