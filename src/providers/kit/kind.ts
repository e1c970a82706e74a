/** A `kind` of the site file: the schema of its options, and how to connect with them. */
import type { z } from 'zod';
import { PortError } from '../../ports/errors';

export interface Context {
  /** The secret that a reference such as `file:pdns-api-key` stands for. @throws when there is none. */
  secret: (reference: string) => Promise<string>;
}

/** The options of a kind, `kind` included. Strict, so that a misspelt field is an error. */
export type Options = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** An entry in the list of kinds. The site file's schema is built from their options, which are parsed again on connect. */
export interface Kind<Made, S extends Options = Options, C extends Context = Context> {
  kind: string;
  options: S;
  /** @throws PortError refused that lists every invalid field. */
  connect: (options: unknown, context: C) => Promise<Made>;
}

export interface Definition<S extends Options, Made, C extends Context = Context> {
  options: S;
  connect: (options: z.output<S>, context: C) => Promise<Made>;
}

/** Keeps a definition's own option types while a list can hold all kinds. `field` is the field of the site file, for error messages. */
export function defineKind<S extends Options, Made, C extends Context = Context>(
  field: string,
  definition: Definition<S, Made, C>,
): Kind<Made, S, C> {
  const { options: schema } = definition;
  return {
    kind: schema.shape.kind.value,
    options: schema,
    connect: async (options, context) => definition.connect(parsedOptions(field, schema, options), context),
  };
}

/** @throws PortError refused that lists every invalid field. */
export function parsedOptions<S extends Options>(field: string, schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${[field, ...issue.path].join('.')}: ${issue.message}`);
  const kind = schema.shape.kind.value;
  throw new PortError('refused', `The options of ${field} (${kind}) are invalid: ${problems.join('; ')}.`);
}

/** The option schemas of a list of kinds, in its order, for a union in the site file's schema. */
export function optionSchemas<const L extends readonly { options: Options }[]>(
  list: L,
): { [K in keyof L]: L[K]['options'] } {
  return list.map(({ options }) => options) as { [K in keyof L]: L[K]['options'] };
}

/** The kind with the name `options.kind`. @throws PortError refused that lists the known kinds. */
export function findKind<K extends { kind: string }>(field: string, kinds: readonly K[], options: { kind: string }): K {
  const found = kinds.find(({ kind }) => kind === options.kind);
  if (found) return found;
  const known = kinds.map(({ kind }) => kind).join(', ');
  throw new PortError('refused', `${field}.kind is "${options.kind}"; it must be one of ${known}.`);
}
