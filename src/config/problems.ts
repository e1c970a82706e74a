/** Problems of a site file, each with its path. All are reported at once. */
import type { z } from 'zod';

export interface Problem {
  /** Such as `regions.A.database.port`; empty for the whole file. */
  path: string;
  /** What is wrong, and a valid example. */
  because: string;
}

/** The site file is invalid. The message lists all problems and contains no value of the file. */
export class SiteInvalid extends Error {
  readonly problems: readonly Problem[];

  constructor(site: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, because }) => `  ${path === '' ? 'the file' : path} ${because}`);
    super(`The site ${site} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.name = 'SiteInvalid';
    this.problems = problems;
  }
}

/** Turns Zod's issues into problems. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: pathOf([...path, key]),
        because: 'is not a known field; remove it or check its spelling',
      }));
    if (issue.code === 'invalid_key')
      return [{ path: pathOf(path), because: `has an invalid name; ${ruleIn(issue.issues[0]?.message ?? '')}` }];
    return [{ path: pathOf(path), because: issue.message }];
  });
}

/** The part of a field's message after `is wrong;`. */
const ruleIn = (message: string) => message.replace(/^is (?:wrong|missing); /, '');

/** `regions.A.port`, `records[0].name`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** No problem when the rule `holds`, otherwise one. */
export function problemUnless(holds: boolean, path: string, because: string): Problem[] {
  return holds ? [] : [{ path, because }];
}

export function allDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
