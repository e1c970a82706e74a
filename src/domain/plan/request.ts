/** What a person or the monitor may ask of the workflows: one flat object each, every field with a default but the site. */
import { modes, type Mode } from '../mode';
import { parse, type Field, type Wording } from './input-fields';

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

/** Those that a rejoin would disturb, or that would disturb it: all but repairs of the primary itself. */
export const kindsApartFromRejoin: readonly TransferKind[] = kindsThatChange('primary').concat('fence');

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
  /** Only for kind restore: a person knows that the other region is off and was not promoted. Asked again before anything is changed. Absent is false. */
  peerIsOff?: boolean;
}

export type DrillKind = 'checks' | 'plan' | 'compare' | 'switchover' | 'outage';
export const drillKinds: readonly DrillKind[] = ['checks', 'plan', 'compare', 'switchover', 'outage'];
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
  /** The mode that it begins with; empty leaves it to the site file. */
  mode: Mode | '';
}

export interface AlertsRequest {
  site: string;
}

export interface SalvageRequest {
  site: string;
}

export interface RejoinRequest {
  site: string;
  /** The deposed region; empty means the one that is not the primary. */
  region: string;
  because: string;
}

const site: Field = { type: 'string', pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/, example: '"shop"' };
const region: Field = { type: 'string', default: '', pattern: /^[A-Za-z0-9-]{0,62}$/, example: '"B"' };
const sentence = (text: string): Field => ({
  type: 'string',
  default: text,
  pattern: /\S/,
  form: 'a sentence',
  example: '"planned maintenance of A"',
});

/** Whether a site may have this name. */
export const isSiteName = (name: string): boolean => site.pattern?.test(name) === true;

const transferFields: Record<keyof TransferRequest, Field> = {
  site,
  kind: { type: 'string', default: 'switchover', oneOf: transferKinds, example: '"switchover"' },
  // A fence that is given `to` is refused by the planner, which names the command that was meant.
  to: { ...region, onlyFor: transferKinds.filter((kind) => kind !== 'restore'), idle: '' },
  region: { ...region, example: '"A"' },
  because: sentence('asked for by a person'),
  decidedAt: { type: 'number', default: 0, example: '1795000000000' },
  onsetAt: { type: 'number', default: 0, example: '1795000000000' },
  evenUnfenced: { type: 'boolean', default: false, example: 'true', onlyFor: ['failover'], idle: false },
  peerIsOff: { type: 'boolean', default: false, example: 'true', onlyFor: ['restore'], idle: false },
};

const drillFields: Record<keyof DrillRequest, Field> = {
  site,
  kind: { type: 'string', default: 'checks', oneOf: drillKinds, example: '"switchover"' },
  fault: { type: 'string', default: 'isolate', oneOf: faults, example: '"isolate"', onlyFor: ['outage'] },
  to: { ...region, onlyFor: ['plan', 'switchover'], idle: '' },
  comeHome: { type: 'boolean', default: true, example: 'false', onlyFor: ['switchover', 'outage'], idle: true },
  stay: {
    type: 'string',
    default: '5s',
    pattern: /^\d+(ms|s|m|h)$/,
    form: 'a whole number with a unit (ms, s, m, h)',
    example: '"30s"',
    onlyFor: ['switchover', 'outage'],
  },
};

const monitorFields: Record<keyof MonitorRequest, Field> = {
  site,
  mode: { type: 'string', default: '', oneOf: ['', ...modes], example: '"observe"' },
};

const rejoinFields: Record<keyof RejoinRequest, Field> = {
  site,
  region,
  because: sentence('asked for by a person'),
};

export const parseTransfer = (input: unknown, wording?: Wording): TransferRequest =>
  parse(input, transferFields, wording) as unknown as TransferRequest;
export const parseDrill = (input: unknown, wording?: Wording): DrillRequest =>
  parse(input, drillFields, wording) as unknown as DrillRequest;
export const parseMonitor = (input: unknown, wording?: Wording): MonitorRequest =>
  parse(input, monitorFields, wording) as unknown as MonitorRequest;
export const parseRejoin = (input: unknown, wording?: Wording): RejoinRequest =>
  parse(input, rejoinFields, wording) as unknown as RejoinRequest;
export const parseAlerts = (input: unknown, wording?: Wording): AlertsRequest =>
  parse(input, { site }, wording) as unknown as AlertsRequest;
export const parseSalvage = (input: unknown, wording?: Wording): SalvageRequest =>
  parse(input, { site }, wording) as unknown as SalvageRequest;
