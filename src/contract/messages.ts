/** What comes along with a verb: how it is typed, and what is wrong with it. */
import type { Verb, VerbField } from './verb-fields';

export type MessageFields = Record<string, string>;

/** What a person types to send `verb` to the workflow of `site`, such as `npx handover thaw shop --who "ines@shop.example"`. */
export function commandLine({ name, command = name, fields }: Verb, site: string): string {
  const required = Object.entries(fields).filter(([, field]) => field.required);
  const options = required.map(([field, { example }]) => ` --${field} "${example}"`);
  return `npx handover ${command} ${site}${options.join('')}`;
}

/**
 * Sentences for everything wrong with what came along with `verb`; empty when it is right. Never throws, since a signal may have any content.
 * @param now milliseconds since the epoch; without it no time is judged, so that a recorded signal is taken again as it was
 */
export function problemsWith(verb: Verb, given: unknown, now?: number): string[] {
  const words: unknown = given ?? {};
  if (typeof words !== 'object' || Array.isArray(words))
    return [`${verb.name} takes one JSON object such as ${exampleOf(verb)}.`];
  const record = words as Record<string, unknown>;
  const unknown = Object.keys(record).filter((name) => !Object.hasOwn(verb.fields, name));
  const problems = unknown.map((name) => `${verb.name} has no field "${name}"; an example: ${exampleOf(verb)}.`);
  for (const [name, field] of Object.entries(verb.fields)) {
    const value = record[name];
    if (value === undefined ? field.required : typeof value !== 'string' || value.trim() === '') {
      problems.push(`"${name}" of ${verb.name} must say ${field.description}; an example: ${exampleOf(verb)}.`);
    } else if (typeof value === 'string') {
      const problem = valueProblem(field, value, now);
      if (problem !== undefined) problems.push(`"${name}" of ${verb.name} ${problem}: for example ${field.example}.`);
    }
  }
  return problems;
}

/** What is wrong with the value of a field, without the name of the field: `is "tomorrow", but must be a time`. */
export function valueProblem({ must, ahead }: VerbField, value: string, now?: number): string | undefined {
  const shown = JSON.stringify(value.slice(0, 60));
  if (must?.holds(value) === false) return `is ${shown}, but must be ${must.be}`;
  return ahead && now !== undefined && Date.parse(value) <= now
    ? `is ${shown}, which is past (now it is ${new Date(now).toISOString().slice(0, 19)}Z)`
    : undefined;
}

function exampleOf(verb: Verb): string {
  return JSON.stringify(Object.fromEntries(Object.entries(verb.fields).map(([name, field]) => [name, field.example])));
}
