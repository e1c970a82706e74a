/** What stands behind a `kind` in a site file: a schema of its own options, and how to make the thing from them. */
import type { z } from 'zod';
import { PortError } from '../../ports/errors';

export interface Context {
  /** The value behind a reference such as `file:pdns-api-key`. @throws when there is none. */
  secret: (reference: string) => Promise<string>;
}

/** The options of a kind: strict, so that a misspelt field is found, with `kind` among them. */
export type Options = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** A kind as its list holds it: the site file's schema is made of the options of all kinds, and options are parsed again where they are used. */
export interface Kind<Made, S extends Options = Options, C extends Context = Context> {
  kind: string;
  options: S;
  /** @throws PortError refused that names every field that is wrong. */
  connect: (options: unknown, context: C) => Promise<Made>;
}

export interface Definition<S extends Options, Made, C extends Context = Context> {
  options: S;
  connect: (options: z.output<S>, context: C) => Promise<Made>;
}

/** Keeps a definition's own types while letting a list hold all of them. `where` is the place in the site file, for the sentences. */
export function defineKind<S extends Options, Made, C extends Context = Context>(
  where: string,
  definition: Definition<S, Made, C>,
): Kind<Made, S, C> {
  const { options: schema } = definition;
  return {
    kind: schema.shape.kind.value,
    options: schema,
    connect: async (options, context) => definition.connect(parsedOptions(where, schema, options), context),
  };
}

/** @throws PortError refused that names every field that is wrong. */
export function parsedOptions<S extends Options>(where: string, schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`);
  const kind = schema.shape.kind.value;
  throw new PortError('refused', `The options of ${where} (${kind}) are not usable: ${problems.join('; ')}.`);
}

/** The options of each kind of a list, in its order, for a union in the schema of the site file. */
export function optionsOf<const L extends readonly { options: Options }[]>(
  list: L,
): { [K in keyof L]: L[K]['options'] } {
  return list.map(({ options }) => options) as { [K in keyof L]: L[K]['options'] };
}

/** The kind that `options.kind` names. @throws PortError refused that lists the known ones. */
export function kindOf<K extends { kind: string }>(where: string, kinds: readonly K[], options: { kind: string }): K {
  const found = kinds.find(({ kind }) => kind === options.kind);
  if (found) return found;
  const known = kinds.map(({ kind }) => kind).join(', ');
  throw new PortError('refused', `${where}.kind is "${options.kind}", but must be one of ${known}.`);
}
