/** What is right in a site file that is partly wrong, so that a problem in one field hides none that spans others. */
import { z } from 'zod';
import type { SiteContent } from './schema';

type Partly<T> = T extends string | number | boolean
  ? T | undefined
  : T extends (infer Item)[]
    ? Partly<Item>[] | undefined
    : { [K in keyof T]?: Partly<T[K]> } | undefined;

/** A site of which any field may be missing. Names of regions and vantages are there even when what they name is wrong. */
export type Draft = NonNullable<Partly<SiteContent>>;

export function draftOf(schema: z.ZodType<SiteContent>, data: unknown): Draft {
  return salvage(schema, data) ?? {};
}

function salvage(schema: unknown, raw: unknown): unknown {
  if (schema instanceof z.ZodObject && isMapping(raw)) {
    return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, salvage(field, raw[key])]));
  }
  if (schema instanceof z.ZodRecord && isMapping(raw))
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, salvage(schema.valueType, value)]));
  if (schema instanceof z.ZodArray && Array.isArray(raw)) return raw.map((item) => salvage(schema.element, item));
  if (schema instanceof z.ZodDiscriminatedUnion && isMapping(raw)) {
    const ofKind = (option: unknown) => option instanceof z.ZodObject && kindOf(option).safeParse(raw.kind).success;
    return salvage(schema.options.find(ofKind), raw);
  }
  return schema instanceof z.ZodType ? schema.safeParse(raw).data : undefined;
}

function kindOf(option: z.ZodObject): z.ZodType {
  return option.shape.kind as z.ZodType;
}

export function isMapping(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
