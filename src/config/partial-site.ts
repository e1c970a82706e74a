/** The valid parts of a site file, so that a problem in one field does not hide problems that span several fields. */
import { z } from 'zod';
import type { SiteContent } from './schema';

type Partly<T> = T extends string | number | boolean
  ? T | undefined
  : T extends (infer Item)[]
    ? Partly<Item>[] | undefined
    : { [K in keyof T]?: Partly<T[K]> } | undefined;

/** A site in which any field may be missing. The names of regions and vantages are kept even when their content is invalid. */
export type PartialSite = NonNullable<Partly<SiteContent>>;

export function partialSite(schema: z.ZodType<SiteContent>, data: unknown): PartialSite {
  return validParts(schema, data) ?? {};
}

function validParts(schema: unknown, raw: unknown): unknown {
  if (schema instanceof z.ZodObject && isMapping(raw)) {
    return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, validParts(field, raw[key])]));
  }
  if (schema instanceof z.ZodRecord && isMapping(raw))
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, validParts(schema.valueType, value)]));
  if (schema instanceof z.ZodArray && Array.isArray(raw)) return raw.map((item) => validParts(schema.element, item));
  if (schema instanceof z.ZodDiscriminatedUnion && isMapping(raw)) {
    const ofKind = (option: unknown) => option instanceof z.ZodObject && kindSchema(option).safeParse(raw.kind).success;
    return validParts(schema.options.find(ofKind), raw);
  }
  return schema instanceof z.ZodType ? schema.safeParse(raw).data : undefined;
}

function kindSchema(option: z.ZodObject): z.ZodType {
  return option.shape.kind as z.ZodType;
}

export function isMapping(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
