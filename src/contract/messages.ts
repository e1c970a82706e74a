/**
 * What a person may tell a running workflow. Each verb is a signal (for every client, also tctl), an update of the same name (which
 * answers, and refuses before anything is recorded) and a command of the CLI, all from this one table.
 */

interface VerbField {
  description: string;
  example: string;
  required: boolean;
}

export interface Verb<N extends string = string> {
  name: N;
  description: string;
  fields: Record<string, VerbField>;
}

const because: VerbField = {
  description: 'one sentence for the journal',
  example: 'the DNS record was moved by hand',
  required: true,
};
const who: VerbField = { description: 'who asks', example: 'ines@shop.example', required: true };

/** Each is answered in `src/workflows/running/run-plan.ts`. */
export const transferVerbs = [
  { name: 'retry', description: 'Try the failed step again.', fields: {} },
  {
    name: 'skip',
    description: 'Go on without the failed step; somebody has done, or will do, its work by hand.',
    fields: { because },
  },
  { name: 'stop', description: 'Stop here, safe as it is; nothing more is changed.', fields: { because } },
] as const satisfies readonly Verb[];
export type TransferVerb = (typeof transferVerbs)[number]['name'];

/** Each is applied in `src/workflows/monitoring/monitor-state.ts`. */
export const monitorVerbs = [
  {
    name: 'freeze',
    description: 'Change nothing, whatever is seen, until thawed or until a time.',
    fields: {
      who,
      because,
      until: { description: 'when it ends by itself', example: '2026-12-01T06:00:00Z', required: false },
    },
  },
  { name: 'thaw', description: 'End a freeze.', fields: { who } },
  {
    name: 'acknowledge',
    description: 'A person has seen the last transfer; with the cool-down over, the monitor may act again.',
    fields: { who },
  },
  { name: 'reload', description: "Read the site's YAML again.", fields: {} },
  { name: 'stop', description: 'End the monitor; a transfer under way goes on.', fields: { who, because } },
] as const satisfies readonly Verb[];
export type MonitorVerb = (typeof monitorVerbs)[number]['name'];

export type MessageFields = Record<string, string>;

/** Sentences for everything wrong with what came along with `verb`; empty when it is right. Never throws: signals bring anything. */
export function problemsWith(verb: Verb, given: unknown): string[] {
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
    }
  }
  return problems;
}

function exampleOf(verb: Verb): string {
  return JSON.stringify(Object.fromEntries(Object.entries(verb.fields).map(([name, field]) => [name, field.example])));
}
