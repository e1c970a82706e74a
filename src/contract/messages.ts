/**
 * What a person may tell a running workflow. Each verb is a signal (for every client, also tctl), an update of the same name (which
 * answers, and refuses before anything is recorded) and a command of the CLI, all from this one table.
 */

interface VerbField {
  description: string;
  example: string;
  required: boolean;
  /** What else a value must be, such as `a time`, and whether this one is. */
  must?: { be: string; holds: (value: string) => boolean };
}

export interface Verb<N extends string = string> {
  name: N;
  /** Its command of the CLI, where another workflow has a verb of the same name. */
  command?: string;
  description: string;
  fields: Record<string, VerbField>;
}

const because: VerbField = {
  description: 'one sentence for the journal',
  example: 'the DNS record was moved by hand',
  required: true,
};
const who: VerbField = { description: 'person who sends it', example: 'ines@shop.example', required: true };

/** Each is answered in `src/workflows/running/run-plan.ts`. */
export const transferVerbs = [
  { name: 'retry', description: 'Try the failed step again.', fields: {} },
  {
    name: 'skip',
    description: 'Continue without the failed step; a person does its work by hand.',
    fields: { because },
  },
  {
    name: 'stop',
    command: 'stop-transfer',
    description: 'End the transfer as needs-operator; nothing more is changed.',
    fields: { because },
  },
] as const satisfies readonly Verb[];
export type TransferVerb = (typeof transferVerbs)[number]['name'];

/** Each is applied in `src/workflows/monitoring/monitor-state.ts`. */
export const monitorVerbs = [
  {
    name: 'freeze',
    description: 'Start no transfer until thawed or until a time; watching and alerts go on.',
    fields: {
      who,
      because,
      until: {
        description: 'when it ends by itself',
        example: '2026-12-01T06:00:00Z',
        required: false,
        must: { be: 'a time', holds: (value: string) => !Number.isNaN(Date.parse(value)) },
      },
    },
  },
  { name: 'thaw', description: 'End a freeze.', fields: { who } },
  {
    name: 'acknowledge',
    description: 'A person has seen the last transfer; with the cool-down over, the monitor may act again.',
    fields: { who },
  },
  { name: 'reload', description: 'Read the site file again.', fields: {} },
  { name: 'stop', description: 'End the monitor; a running transfer continues.', fields: { who, because } },
] as const satisfies readonly Verb[];
export type MonitorVerb = (typeof monitorVerbs)[number]['name'];

export type MessageFields = Record<string, string>;

/** What a person types to send `verb` to the workflow of `site`, such as `npx handover thaw shop --who "ines@shop.example"`. */
export function commandLine({ name, command = name, fields }: Verb, site: string): string {
  const required = Object.entries(fields).filter(([, field]) => field.required);
  const options = required.map(([field, { example }]) => ` --${field} "${example}"`);
  return `npx handover ${command} ${site}${options.join('')}`;
}

/** Sentences for everything wrong with what came along with `verb`; empty when it is right. Never throws, since a signal may have any content. */
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
    } else if (typeof value === 'string' && field.must?.holds(value) === false) {
      const given = JSON.stringify(value.slice(0, 60));
      problems.push(
        `"${name}" of ${verb.name} is ${given}, but must be ${field.must.be}: for example ${field.example}.`,
      );
    }
  }
  return problems;
}

function exampleOf(verb: Verb): string {
  return JSON.stringify(Object.fromEntries(Object.entries(verb.fields).map(([name, field]) => [name, field.example])));
}
