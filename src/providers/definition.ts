/** What stands behind a `kind` in a site file: a schema of its own options, and how to make the thing from them. */
import type { ZodType } from 'zod';
import { PortError } from './errors';

export interface Context {
  /** The value behind a reference such as `file:pdns-api-key`. @throws when there is none. */
  secret: (reference: string) => Promise<string>;
}

/** A kind as its list holds it: options are parsed where they are used. */
export interface Kind<Made> {
  kind: string;
  /** Strict, so that a misspelt field is found; it holds `kind` too. */
  options: ZodType;
  /** @throws PortError refused that names every field that is wrong. */
  connect: (options: unknown, context: Context) => Promise<Made>;
}

export interface Definition<O, Made> {
  kind: string;
  options: ZodType<O>;
  connect: (options: O, context: Context) => Promise<Made>;
}

/** Keeps a definition's own types while letting a list hold all of them. `where` is the place in the site file, for the sentences. */
export function defineKind<O, Made>(where: string, definition: Definition<O, Made>): Kind<Made> {
  const { kind, options: schema } = definition;
  return {
    kind,
    options: schema,
    connect: async (options, context) => {
      const result = schema.safeParse(options);
      if (result.success) return definition.connect(result.data, context);
      const problems = result.error.issues.map((issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`);
      throw new PortError('refused', `The options of ${where} (${kind}) are not usable: ${problems.join('; ')}.`);
    },
  };
}

/** The kind that `options.kind` names. @throws PortError refused that lists the known ones. */
export function kindOf<K extends { kind: string }>(where: string, kinds: readonly K[], options: { kind: string }): K {
  const found = kinds.find(({ kind }) => kind === options.kind);
  if (found) return found;
  const known = kinds.map(({ kind }) => kind).join(', ');
  throw new PortError('refused', `${where}.kind is "${options.kind}", but must be one of ${known}.`);
}
