/** Loads a site file into a validated, frozen Site. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { regionKinds, type RegionKinds } from '../providers/region-kinds';
import { isMapping, partialSite, type PartialSite } from './partial-site';
import { problemsOf, SiteInvalid, type Problem } from './problems';
import { readYaml } from './read-yaml';
import { ruleProblems } from './rules';
import { policyOf, siteSchema, type Site } from './schema';

export { SiteInvalid } from './problems';
export type { Site } from './schema';

const extension = '.yaml';

/** The names of all sites in `sitesDir`, sorted; empty when the directory does not exist. */
export async function siteNames(sitesDir: string): Promise<string[]> {
  const files = await readdir(sitesDir).catch(() => []);
  return files
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/**
 * The site `name`, read from `sitesDir/NAME.yaml`.
 * @throws SiteInvalid when there is no such site (with the known sites) or its file has problems (with all of them).
 */
export async function loadSite(name: string, { sitesDir }: { sitesDir: string }): Promise<Site> {
  const known = await siteNames(sitesDir);
  if (!known.includes(name)) {
    const hint = known.length > 0 ? `known sites are ${known.join(', ')}` : `${sitesDir} contains no site files`;
    throw new SiteInvalid(printable(name), [{ path: 'site', because: `is unknown; ${hint}` }]);
  }
  return readSite(await readFile(join(sitesDir, name + extension), 'utf8'), name);
}

/** The kinds of a region's parts, and the schema built from them. */
interface Known {
  kinds: RegionKinds;
  schema: typeof siteSchema;
}

/** Parses `source`, the file of the site `name`. @throws SiteInvalid with all problems. */
export function readSite(
  source: string,
  name: string,
  { kinds, schema }: Known = { kinds: regionKinds, schema: siteSchema },
): Site {
  const { data, problems } = readYaml(source);
  if (problems.length > 0) throw new SiteInvalid(printable(name), problems);
  if (!isMapping(data))
    throw new SiteInvalid(printable(name), [
      { path: '', because: 'must be a mapping of fields; for example `site: shop` on the first line' },
    ]);
  const parsed = schema.safeParse(data, { error: shapeMessage });
  const partial = partialSite(schema, data);
  const found = [
    ...(parsed.error ? problemsOf(parsed.error) : []),
    ...ruleProblems(partial, kinds),
    ...siteNameProblems(partial, name),
  ];
  if (!parsed.success || found.length > 0) throw new SiteInvalid(printable(name), found);
  const hash = createHash('sha256').update(canonical(parsed.data)).digest('hex');
  return freeze({ ...parsed.data, policy: policyOf(parsed.data.policy), hash });
}

/** Messages for mappings, lists and kinds; scalar fields have their own. */
const shapeMessage: z.core.$ZodErrorMap = (issue) => {
  const state = issue.input === undefined ? 'is missing' : 'is wrong';
  if (issue.code === 'invalid_type')
    return `${state}; it must be ${issue.expected === 'array' ? 'a list' : 'a mapping of fields'}`;
  if (issue.code !== 'invalid_union') return state;
  const kinds = Array.isArray(issue.options) ? issue.options.map(String).join(' or ') : '';
  return `${state}; it must be ${kinds === '' ? 'one of the known kinds' : kinds}`;
};

function siteNameProblems({ site }: PartialSite, name: string): Problem[] {
  if (site === undefined || site === name) return [];
  return [{ path: 'site', because: `must be the same as the file name; for example ${printable(name)}` }];
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isMapping(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/** `name` made safe for a message. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 64);
}
