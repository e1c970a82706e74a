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
  /** Whether it is a time that must lie ahead when it is sent. */
  ahead?: true;
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

const step: VerbField = {
  description: 'id of the step, where several wait',
  example: 'switch-dns/www.shop.test. A',
  required: false,
};

/** Each is answered in `src/workflows/running/questions.ts`. */
export const transferVerbs = [
  { name: 'retry', description: 'Try the failed step again.', fields: { step } },
  {
    name: 'skip',
    description: 'Continue without the failed step; a person does its work by hand.',
    fields: { because, step },
  },
  {
    name: 'stop',
    command: 'stop-transfer',
    description: 'End the transfer as needs-operator; nothing more is changed.',
    fields: { because, step },
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
        ahead: true,
      },
    },
  },
  { name: 'thaw', description: 'End a freeze.', fields: { who } },
  {
    name: 'acknowledge',
    description: 'A person has seen how the last transfers ended; with the cool-down over, the monitor may act again.',
    fields: { who },
  },
  {
    name: 'close',
    description: 'End the open incident; what is not well then opens the next one, and calls again.',
    fields: { who, because },
  },
  { name: 'reload', description: 'Read the site file again.', fields: {} },
  { name: 'stop', description: 'End the monitor; a running transfer continues.', fields: { who, because } },
] as const satisfies readonly Verb[];
export type MonitorVerb = (typeof monitorVerbs)[number]['name'];

const item: VerbField = {
  description: 'number of the item, which list shows',
  example: '3',
  required: true,
  must: { be: 'the number of an item', holds: (value: string) => /^[1-9]\d{0,14}$/.test(value) },
};

/** Each is answered in `src/workflows/salvage.ts`. The CLI has one command for all of them: `npx handover salvage SITE VERB`. */
export const salvageVerbs = [
  { name: 'list', description: 'List what rejoins left to a person.', fields: {} },
  {
    name: 'apply',
    description: "Write the deposed region's version of an item, unless the primary's changed since.",
    fields: { item, who, because: { ...because, required: false } },
  },
  { name: 'dismiss', description: "Close an item; the primary's version stays.", fields: { item, who, because } },
] as const satisfies readonly Verb[];
export type SalvageVerb = (typeof salvageVerbs)[number]['name'];

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
