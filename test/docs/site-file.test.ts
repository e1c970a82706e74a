import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { siteSchema } from '../../src/config/schema';
import { page, root } from './pages';

interface Field {
  path: string;
  /** What the field is when it is left out, as YAML says it. */
  standard?: string;
}

/** One of plain values is a leaf, where the site may leave it out. */
const isRecordOfBlocks = (schema: unknown): schema is z.ZodRecord =>
  schema instanceof z.ZodRecord && schema.valueType instanceof z.ZodObject;

/** Every leaf of the schema; `NAME` for names that a site chooses, `[]` for items of a list. */
function fieldsOf(schema: unknown, path = ''): Field[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, field]) =>
      fieldsOf(field, path === '' ? key : `${path}.${key}`),
    );
  if (schema instanceof z.ZodRecord) return fieldsOf(schema.valueType, `${path}.NAME`);
  const block = schema instanceof z.ZodExactOptional && schema.def.innerType;
  if (block instanceof z.ZodArray || block instanceof z.ZodObject || isRecordOfBlocks(block))
    return fieldsOf(block, path);
  // Another way to the zone has the fields of the first.
  const switchable = schema instanceof z.ZodExactOptional && schema.def.innerType instanceof z.ZodDiscriminatedUnion;
  if (switchable && schema.def.innerType !== siteSchema.shape.dns.shape.provider)
    return fieldsOf(schema.def.innerType, path);
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element, `${path}[]`);
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap((option) => fieldsOf(option, path));
  if (!(schema instanceof z.ZodPrefault)) return [{ path }];
  const { defaultValue } = schema.def;
  return [{ path, standard: Array.isArray(defaultValue) ? `[${defaultValue.join(', ')}]` : String(defaultValue) }];
}

const fields = fieldsOf(siteSchema);
const rows = new Map(
  page('docs/operating.md')
    .text.split('\n')
    .flatMap((line) => {
      const [, path] = /^\| `([\w.[\]]+)` \|/.exec(line) ?? [];
      return path === undefined ? [] : [[path, line] as const];
    }),
);

test.each(fields)('$path is explained', ({ path, standard }) => {
  expect(rows.has(path)).toBe(true);
  if (standard !== undefined) expect(rows.get(path)).toContain(`default \`${standard}\``);
});

test('nothing is explained that is no field', () => {
  const known = new Set(fields.map(({ path }) => path));
  const explained = [...rows.keys()].filter((path) => /[.[]|^(?:site|home|faultInjector)$/.test(path));
  expect(explained.filter((path) => !known.has(path))).toEqual([]);
});

/** Names of variables that a program of ours reads from its environment. */
function variablesRead(): string[] {
  const files = ['src', 'lab', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
  const reads = /\benv(?:\.|\[')((?:HANDOVER|TEMPORAL)_[A-Z_]+)/g;
  return [...new Set(files.flatMap((text) => [...text.matchAll(reads)].map(([, name = '']) => name)))];
}

test.each(variablesRead())('the environment variable %s is explained', (name) => {
  expect(page('docs/operating.md').text).toContain(`\`${name}\``);
});
