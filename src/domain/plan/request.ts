/** What a person or the monitor may ask of the workflows: one flat object each, every field with a default but the site. */

export const transferKinds = ['switchover', 'failover', 'failback', 'pointer', 'restore', 'fence'] as const;
export type TransferKind = (typeof transferKinds)[number];

/** What a transfer of each kind changes: which region is the primary, which table its shop uses, or what is wrong within an epoch. */
const changes: Record<TransferKind, 'primary' | 'table' | 'repair'> = {
  switchover: 'primary',
  failover: 'primary',
  failback: 'primary',
  pointer: 'table',
  restore: 'repair',
  fence: 'repair',
};

export const kindsThatChange = (...what: (typeof changes)[TransferKind][]): TransferKind[] =>
  transferKinds.filter((kind) => what.includes(changes[kind]));

/** Whether a transfer of this kind changes which region is the primary. */
export const movesPrimary = (kind: TransferKind): kind is 'switchover' | 'failover' | 'failback' =>
  changes[kind] === 'primary';

/** Whether a person chose the time: nothing is lost by waiting. */
export const isPlanned = (kind: TransferKind): boolean => kind === 'switchover' || kind === 'failback';

export interface TransferRequest {
  site: string;
  kind: TransferKind;
  /** The region to move to; empty means the other one. */
  to: string;
  /** The region to fence, only for kind fence; empty means the one that is writable beside the primary. */
  region: string;
  /** One sentence for history, report and alert. */
  because: string;
  /** When the decision behind it was made, milliseconds since the epoch; 0 means now. A decision older than 60 s is dropped. */
  decidedAt: number;
  /** Onset of the trouble, for the report; 0 means unknown. */
  onsetAt: number;
  /** True when a person asked: a lost primary may then be left unfenced where the site's policy says `ask`. */
  evenUnfenced: boolean;
}

export type DrillKind = 'checks' | 'plan' | 'switchover' | 'outage';
export const drillKinds: readonly DrillKind[] = ['checks', 'plan', 'switchover', 'outage'];
export type Fault = 'isolate' | 'shutdown' | 'table-errors' | 'vantage-cut' | 'link-cut';
export const faults: readonly Fault[] = ['isolate', 'shutdown', 'table-errors', 'vantage-cut', 'link-cut'];

export interface DrillRequest {
  site: string;
  kind: DrillKind;
  fault: Fault;
  /** Where the drill goes; empty means the other region. */
  to: string;
  /** Whether the drill brings the shop home at its end. */
  comeHome: boolean;
  /** How long customers stay where they were moved before the way home. */
  stay: string;
}

export interface MonitorRequest {
  site: string;
}

export interface RejoinRequest {
  site: string;
  /** The deposed region; empty means the one that is not the primary. */
  region: string;
  because: string;
}

/** A sentence for each thing that is wrong with an input; the workflow fails with all of them at once. */
export class InvalidRequest extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.name = 'InvalidRequest';
  }
}

type Field = {
  type: 'string' | 'number' | 'boolean';
  default?: string | number | boolean;
  oneOf?: readonly string[];
  pattern?: RegExp;
  example: string;
};

const site: Field = { type: 'string', pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/, example: '"shop"' };
const region: Field = { type: 'string', default: '', pattern: /^[A-Za-z0-9-]{0,62}$/, example: '"B"' };
const sentence = (text: string): Field => ({ type: 'string', default: text, example: '"planned maintenance of A"' });

const transferFields: Record<keyof TransferRequest, Field> = {
  site,
  kind: { type: 'string', default: 'switchover', oneOf: transferKinds, example: '"switchover"' },
  to: region,
  region: { ...region, example: '"A"' },
  because: sentence('asked for by a person'),
  decidedAt: { type: 'number', default: 0, example: '1795000000000' },
  onsetAt: { type: 'number', default: 0, example: '1795000000000' },
  evenUnfenced: { type: 'boolean', default: false, example: 'true' },
};

const drillFields: Record<keyof DrillRequest, Field> = {
  site,
  kind: { type: 'string', default: 'checks', oneOf: drillKinds, example: '"switchover"' },
  fault: { type: 'string', default: 'isolate', oneOf: faults, example: '"isolate"' },
  to: region,
  comeHome: { type: 'boolean', default: true, example: 'false' },
  stay: { type: 'string', default: '5s', pattern: /^\d+(ms|s|m|h)$/, example: '"30s"' },
};

const rejoinFields: Record<keyof RejoinRequest, Field> = {
  site,
  region,
  because: sentence('asked for by a person'),
};

export const parseTransfer = (input: unknown): TransferRequest =>
  parse(input, transferFields) as unknown as TransferRequest;
export const parseDrill = (input: unknown): DrillRequest => parse(input, drillFields) as unknown as DrillRequest;
export const parseMonitor = (input: unknown): MonitorRequest => parse(input, { site }) as unknown as MonitorRequest;
export const parseRejoin = (input: unknown): RejoinRequest => parse(input, rejoinFields) as unknown as RejoinRequest;

/** @throws InvalidRequest that names every field that is wrong, missing or unknown, with an example of what is right. */
function parse(input: unknown, fields: Record<string, Field>): Record<string, unknown> {
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
    const problem = problemWith(name, value, field);
    if (problem === undefined) result[name] = value;
    else problems.push(problem);
  }
  if (problems.length > 0) throw new InvalidRequest(problems);
  return result;
}

function problemWith(name: string, value: unknown, field: Field): string | undefined {
  const example = `for example {"${name}": ${field.example}}`;
  if (value === undefined) return `"${name}" is missing: ${example}.`;
  if (typeof value !== field.type) return `"${name}" must be a ${field.type}, not ${describe(value)}: ${example}.`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${name}" must be a finite number: ${example}.`;
  if (field.oneOf && !(typeof value === 'string' && field.oneOf.includes(value))) {
    return `"${name}" is ${describe(value)}, but must be one of ${field.oneOf.join(', ')}: ${example}.`;
  }
  if (field.pattern && !(typeof value === 'string' && field.pattern.test(value)))
    return `"${name}" is ${describe(value)}, which is not of the right form: ${example}.`;
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
