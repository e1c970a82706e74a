/** The lab's site file, and its problems after a change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readSite, SiteInvalid } from '../../src/config/load';

export const labFile = join(__dirname, '../../sites/lab.yaml');
export const lab = readFileSync(labFile, 'utf8');

export type Tree = { [key: string]: Tree };

/** The problems of the lab's site after `change`, each as `path because`. */
export function problemsAfter(change: (site: Tree) => unknown): string[] {
  const site = parse(lab) as Tree;
  change(site);
  return problemsOf(stringify(site));
}

export function problemsOf(source: string): string[] {
  try {
    readSite(source, 'lab');
    return [];
  } catch (error) {
    if (!(error instanceof SiteInvalid)) throw error;
    return error.problems.map(({ path, because }) => `${path} ${because}`);
  }
}

export const value = (raw: unknown) => raw as Tree;
