/** What is wrong with a site file, each problem with its path, so that one run shows them all. */
import type { z } from 'zod';

export interface Problem {
  /** Such as `regions.A.database.port`; empty for the whole file. */
  path: string;
  /** What is wrong, and an example of what is right. */
  because: string;
}

/** The site can't be used. The message lists every problem; no value of the file is repeated in it. */
export class SiteInvalid extends Error {
  readonly problems: readonly Problem[];

  constructor(site: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, because }) => `  ${path === '' ? 'the file' : path} ${because}`);
    super(`The site ${site} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.name = 'SiteInvalid';
    this.problems = problems;
  }
}

/** Zod's issues in our words. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: pathOf([...path, key]),
        because: 'is not a field here; remove it or check its spelling',
      }));
    if (issue.code === 'invalid_key')
      return [{ path: pathOf(path), because: `has a name that can't be used: it ${issue.issues[0]?.message ?? ''}` }];
    return [{ path: pathOf(path), because: issue.message }];
  });
}

/** `regions.A.port`, `records[0].name`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** One problem, unless it holds. */
export function unless(holds: boolean, path: string, because: string): Problem[] {
  return holds ? [] : [{ path, because }];
}

export function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
