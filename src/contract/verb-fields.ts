/** What a verb is, and the fields that several verbs have. */

export interface VerbField {
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
  /** The CLI can send it to all monitors at once. */
  toAll?: true;
  fields: Record<string, VerbField>;
}

export const because: VerbField = {
  description: 'one sentence for the journal',
  example: 'the DNS record was moved by hand',
  required: true,
};
export const who: VerbField = { description: 'person who sends it', example: 'ines@shop.example', required: true };

export const step: VerbField = {
  description: 'id of the step, where several wait',
  example: 'switch-dns/www.shop.test. A',
  required: false,
};

export const isTime: Pick<VerbField, 'example' | 'must'> = {
  example: '2026-12-01T06:00:00Z',
  must: {
    be: 'a time with its zone',
    // Without a zone each machine would read it in its own.
    holds: (value: string) => /T.*(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)),
  },
};

export const time = (description: string): VerbField => ({ ...isTime, description, required: false, ahead: true });

export const vantage: VerbField = {
  description: 'name of the vantage in the site file',
  example: 'north',
  required: true,
};

export const epoch: VerbField = {
  description: 'epoch that the page names; in another one nothing is changed',
  example: '7',
  required: false,
  must: { be: 'the number of an epoch', holds: (value: string) => /^\d{1,15}$/.test(value) },
};
