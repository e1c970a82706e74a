/** The fields of an input: what each must be, and a sentence for everything that is wrong with one. */

/** A sentence for each thing that is wrong with an input; the workflow fails with all of them at once. */
export class InvalidRequest extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.name = 'InvalidRequest';
  }
}

export type Field = {
  type: 'string' | 'number' | 'boolean';
  default?: string | number | boolean;
  oneOf?: readonly string[];
  pattern?: RegExp;
  /** What a value that `pattern` refuses must be. */
  form?: string;
  example: string;
  /** The kinds that take it; any other kind would ignore it, and the person would believe that it counts. */
  onlyFor?: readonly string[];
  /** The value that asks for nothing, so that every kind may be given it. */
  idle?: string | boolean;
};

/** How a refusal names a field, and how it shows one that is right: in JSON, or as an option of the command line. */
export interface Wording {
  name: (field: string) => string;
  /** `value` is JSON. */
  shown: (field: string, value: string) => string;
}

const jsonWording: Wording = {
  name: (field) => `"${field}"`,
  shown: (field, value) => `{"${field}": ${value}}`,
};

/** @throws InvalidRequest that names every field that is wrong, missing or unknown, with an example of what is right. */
export function parse(input: unknown, fields: Record<string, Field>, wording = jsonWording): Record<string, unknown> {
  const known = Object.keys(fields).join(', ');
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new InvalidRequest([
      `The input must be one JSON object such as {"site":"shop"}, not ${describe(input)}. Its fields: ${known}.`,
    ]);
  }
  const given = input as Record<string, unknown>;
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `There is no field "${name}"; the fields are ${known}.`);
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : field.default;
    const problem = problemWith(value, field);
    if (problem === undefined) result[name] = value;
    else problems.push(`${wording.name(name)} ${problem}: for example ${wording.shown(name, field.example)}.`);
  }
  if (problems.length === 0) problems.push(...ignoredFields(given, fields, result['kind'], wording));
  if (problems.length > 0) throw new InvalidRequest(problems);
  return result;
}

/** What was asked for and would be ignored by this kind. */
function ignoredFields(
  given: Record<string, unknown>,
  fields: Record<string, Field>,
  kind: unknown,
  { name, shown }: Wording,
): string[] {
  return Object.entries(fields).flatMap(([field, { onlyFor, idle }]) => {
    if (onlyFor === undefined || !Object.hasOwn(given, field) || given[field] === idle) return [];
    if (onlyFor.includes(String(kind))) return [];
    const kinds = onlyFor.map((each) => shown('kind', `"${each}"`)).join(' or ');
    return [`${name(field)} is only for ${kinds}; kind ${String(kind)} would ignore it.`];
  });
}

function problemWith(value: unknown, field: Field): string | undefined {
  if (value === undefined) return 'is missing';
  if (typeof value !== field.type) return `must be a ${field.type}, not ${describe(value)}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must be a finite number';
  if (field.oneOf && !(typeof value === 'string' && field.oneOf.includes(value)))
    return `is ${describe(value)}, but must be one of ${field.oneOf.join(', ')}`;
  if (field.pattern && !(typeof value === 'string' && field.pattern.test(value)))
    return `is ${describe(value)}, ${field.form === undefined ? 'which is not of the right form' : `but must be ${field.form}`}`;
  return undefined;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}
