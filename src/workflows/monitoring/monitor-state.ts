/** What a monitor remembers from one moment, and from one run, to the next. Plain data, bounded. */
import type { Alert } from '../../domain/alert';
import type { Told } from '../../domain/readiness/readiness';
import { brakesOn, wayOfEnd } from '../../domain/incident/brakes';
import { completedLately } from '../../domain/incident/completions';
import { emptyBook, type IncidentBook } from '../../domain/incident/book';
import { advance, bookAt } from '../../domain/incident/incident';
import type { DecideInput, MonitorConfig } from '../../contract/monitor';
import { commandLine } from '../../contract/messages';
import type { Standing } from '../../contract/standing';
import { monitorVerbs, type MonitorVerb } from '../../contract/verbs';
import { alarmsAt, type Memory as AlarmMemory } from './alarms';
import type { Message } from '../message-handlers';
import { commandFor, isWord, setMode, takeWord, type Command } from './command';
import { isOrder, quietedAt, takeOrder, vantagesIn, type Quieted } from './quieted';
import { readinessAt, type Sampled } from './sampled';

interface Remembered {
  endedAt: number;
  from: string;
  to: string;
  automatic: boolean;
  acknowledged: boolean;
}

export interface MonitorState extends Sampled, AlarmMemory, Quieted {
  known: { epoch: number; primary: string };
  freeze?: { by: string; because: string; untilMs: number };
  /** The mode that a person has set, and what it brought about. */
  command?: Command;
  lastTransfer?: Remembered;
  /** The verdict of the last decision; absent in a state of before 2026-12. */
  judged?: Pick<Standing, 'verdict' | 'since' | 'at'>;
  /** When the last plan of any kind ended, also one that moved nothing. */
  lastPlanEndedAt?: number;
  /** Absent in a state of before 2026-12. */
  incidents?: IncidentBook;
  /** What the next look at the world has to send. */
  untold?: Alert[];
  /** What the last look at the standby said, and its lag as last measured while the primary served. */
  standby?: string;
  lag?: { lagMs: number; at: number };
  /** What was told of readiness last; absent while all is well. */
  readinessTold?: Told;
  /** What the last answer to `explain` was, milliseconds since the epoch. */
  explained?: { at: number; text: string };
  /** From and to of the move under way that this monitor started by itself. */
  launched?: { from: string; to: string };
  /** The search attributes that this run has written. */
  shown?: string;
  lastAlert: string;
  /** Key of the alert that was told last, until it is told to be over. */
  raised?: string;
  /** Since when somebody has been called because no verdict could be computed. */
  undecidedSince?: number;
  /** When the dead-man switch was last told that all is well. */
  deadManToldAt?: number;
  /** Since when the site file cannot be read. */
  misreadSince?: number;
  /** Since when no upload has been copied to the standby. */
  unmirroredSince?: number;
  /** Who acknowledged, until it is passed on to the alerts. */
  acknowledgedBy?: string;
  uneasy: boolean;
  reload: boolean;
  /** Why it was stopped; empty while it runs. */
  stopped: string;
}

export function newMonitorState(): MonitorState {
  return { heard: {}, known: { epoch: 0, primary: '' }, lastAlert: '', uneasy: false, reload: false, stopped: '' };
}

/** `Frozen by ines until 2026-12-01T06:00Z: a migration. Thaw with: npx handover thaw shop --who "..."` */
export function frozenSentence({ by, because, untilMs }: NonNullable<MonitorState['freeze']>, site: string): string {
  const until = untilMs > 0 ? ` until ${new Date(untilMs).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z')}` : '';
  const [thaw] = monitorVerbs.filter(({ name }) => name === 'thaw');
  return `Frozen by ${by}${until}: ${because}${thaw ? ` Thaw with: ${commandLine(thaw, site)}` : ''}`;
}

/** Applies a person's message to the monitor of `site`; returns the sentence they get back. */
export function applyMessage(
  state: MonitorState,
  { verb, fields }: Message<MonitorVerb>,
  site: string,
  now: number,
  config?: MonitorConfig,
): string {
  if (isWord(verb)) return takeWord(state, verb, fields, now);
  if (isOrder(verb)) return takeOrder(state, verb, fields, vantagesIn(config), now);
  switch (verb) {
    case 'freeze': {
      const untilMs = fields.until === undefined ? 0 : Date.parse(fields.until);
      // Only a signal comes here with a past time; an update of it was refused.
      if (fields.until !== undefined && untilMs <= now) return `Nothing was frozen: ${fields.until} is past.`;
      state.freeze = { by: fields.who ?? '', because: fields.because ?? '', untilMs };
      return frozenSentence(state.freeze, site);
    }
    case 'thaw':
      if (!freezeAt(state, now)) return 'Nothing was frozen.';
      delete state.freeze;
      return `Thawed by ${fields.who ?? ''}; the monitor may start transfers again.`;
    case 'acknowledge':
      return acknowledge(state, fields.who ?? '', now);
    case 'close':
      return closeIncident(state, fields, now);
    case 'mode':
      return setMode(state, fields, now);
    case 'explain':
      return state.explained?.text ?? `Nobody has asked why yet. Type: npx handover explain ${site}`;
    case 'reload':
      state.reload = true;
      return 'The monitor reads the site file again.';
    case 'stop':
      state.stopped = `Stopped at ${new Date(now).toISOString()} by ${fields.who ?? ''}: ${fields.because ?? ''}`;
      return `${state.stopped} Nobody watches ${site} now. Start the monitor again with: ${startCommand(state, site)}`;
  }
}

/** The mode that a person has set, or how far the site file lets the monitor act. */
export const modeShown = ({ command }: MonitorState, config: MonitorConfig | undefined): string =>
  command?.mode?.mode ?? (config?.policy.automatic ? 'auto' : 'by hand');

/** A new monitor knows nothing of the mode of this one. */
function startCommand({ command }: MonitorState, site: string): string {
  const mode = command?.mode?.mode;
  return `npx handover monitor ${site}${mode === undefined ? '' : ` --mode ${mode}`}`;
}

/** What the last transfer did, and what earlier ones of the incident left to a person, has been seen by one. */
function acknowledge(state: MonitorState, by: string, now: number): string {
  const { incidents = emptyBook, lastTransfer } = state;
  const left = incidents.open?.attempts.filter((attempt) => attempt.ending !== undefined && !attempt.acknowledgedBy);
  state.incidents = advance(incidents, { type: 'acknowledged', at: now, by });
  if (lastTransfer) lastTransfer.acknowledged = true;
  state.acknowledgedBy = by;
  const [last] = (left ?? []).slice(-1);
  if (last) return `${by} acknowledged the ${last.kind} that ${wayOfEnd(last)}.`;
  return lastTransfer
    ? `${by} acknowledged the transfer from ${lastTransfer.from} to ${lastTransfer.to}.`
    : incidents.completed
      ? `${by} acknowledged the repairs of the last hour.`
      : 'There is no transfer to acknowledge.';
}

/** A person has seen all that was tried for it. The next look calls again for what is not well. */
function closeIncident(state: MonitorState, { who = '', because = '' }: Message['fields'], now: number): string {
  const before = bookAt(state.incidents ?? emptyBook, now);
  if (!before.open) return 'No incident is open.';
  const incident = `incident ${String(before.open.number)}`;
  state.incidents = advance(before, { type: 'closed', at: now, by: who });
  if (state.incidents.open) return `Nothing was closed: a transfer of ${incident} is running.`;
  if (state.lastTransfer) state.lastTransfer.acknowledged = true;
  state.lastAlert = '';
  return `${who} closed ${incident}: ${because}`;
}

/** The freeze that is in force; one that has run out is forgotten. */
function freezeAt(state: MonitorState, now: number): MonitorState['freeze'] {
  const { freeze } = state;
  if (freeze && freeze.untilMs > 0 && freeze.untilMs <= now) delete state.freeze;
  return state.freeze;
}

/** What the decision needs of the memory, with ages instead of times. */
export function decideInputFrom(state: MonitorState, now: number): Omit<DecideInput, 'site' | 'ballots' | 'silence'> {
  const { lastTransfer, lastPlanEndedAt, lag, readinessTold } = state;
  const frozen = freezeAt(state, now);
  const book = bookAt(state.incidents ?? emptyBook, now);
  return {
    known: state.known,
    ...commandFor(state, now),
    ...quietedAt(state, now),
    ...(frozen
      ? {
          freeze: {
            by: frozen.by,
            because: frozen.because,
            ...(frozen.untilMs > 0 ? { endsInMs: frozen.untilMs - now } : {}),
          },
        }
      : {}),
    ...(lastTransfer ? { lastTransfer: { ...lastTransfer, agoMs: now - lastTransfer.endedAt } } : {}),
    brakes: brakesOn(book, now),
    completed: completedLately(book, now),
    ...(lastPlanEndedAt === undefined ? {} : { lastPlanAgoMs: now - lastPlanEndedAt }),
    ...(state.alarms ? { alarms: alarmsAt(state, now) } : {}),
    ...(lag ? { lagBefore: { lagMs: lag.lagMs, agoMs: now - lag.at } } : {}),
    ...(state.sampledAt === undefined ? {} : { readiness: readinessAt(state, now), now }),
    ...(readinessTold ? { readinessTold } : {}),
  };
}
