/** What a monitor remembers from one moment, and from one run, to the next. Plain data, bounded. */
import { setHandler } from '@temporalio/workflow';
import type { DecideInput } from '../../contract/monitor';
import { commandLine, monitorVerbs, type MonitorVerb } from '../../contract/messages';
import type { Message } from '../message-handlers';
import { transferEnded, transferStarted, type TransferNews } from '../transfer-signals';
import type { VantageReports } from './vantage-loop';

interface Remembered {
  endedAt: number;
  from: string;
  to: string;
  automatic: boolean;
  acknowledged: boolean;
}

export interface MonitorState {
  heard: VantageReports;
  known: { epoch: number; primary: string };
  freeze?: { by: string; because: string; untilMs: number };
  lastTransfer?: Remembered;
  /** When the last plan of any kind ended, also one that moved nothing. */
  lastPlanEndedAt?: number;
  /** From and to of the move under way that this monitor started by itself. */
  launched?: { from: string; to: string };
  lastAlert: string;
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
): string {
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
      if (!state.lastTransfer) return 'There is no transfer to acknowledge.';
      state.lastTransfer.acknowledged = true;
      return `${fields.who ?? ''} acknowledged the transfer from ${state.lastTransfer.from} to ${state.lastTransfer.to}.`;
    case 'reload':
      state.reload = true;
      return 'The monitor reads the site file again.';
    case 'stop':
      state.stopped = `Stopped at ${new Date(now).toISOString()} by ${fields.who ?? ''}: ${fields.because ?? ''}`;
      return `${state.stopped} Nobody watches ${site} now. Start the monitor again with: npx handover monitor ${site}`;
  }
}

/** Every transfer, also one that a person started, signals its start and its end. */
export function handleTransferSignals(state: MonitorState, wake: (because: string) => void): void {
  setHandler(transferStarted, (news: TransferNews) => wake(`A transfer has started: ${String(news.kind)}.`), {
    description: 'Sent by a transfer when it starts; not for people.',
  });
  setHandler(
    transferEnded,
    (news: TransferNews) => {
      const moved = (news.primary ?? '') !== '' && news.ending === 'completed';
      if (moved) {
        const to = String(news.primary);
        const automatic = state.launched?.to === to;
        state.known = { epoch: Math.max(state.known.epoch, Number(news.epoch)), primary: to };
        state.lastTransfer = { endedAt: Date.now(), from: String(news.from), to, automatic, acknowledged: !automatic };
      }
      state.lastPlanEndedAt = Date.now();
      delete state.launched;
      wake(`A transfer has ended: ${String(news.ending)}.`);
    },
    { description: 'Sent by a transfer when it ends; not for people.' },
  );
}

/** The freeze that is in force; one that has run out is forgotten. */
function freezeAt(state: MonitorState, now: number): MonitorState['freeze'] {
  const { freeze } = state;
  if (freeze && freeze.untilMs > 0 && freeze.untilMs <= now) delete state.freeze;
  return state.freeze;
}

/** What the decision needs of the memory, with ages instead of times. */
export function decideInputFrom(
  state: MonitorState,
  now: number,
): Pick<DecideInput, 'known' | 'freeze' | 'lastTransfer' | 'lastPlanAgoMs'> {
  const { lastTransfer, lastPlanEndedAt } = state;
  const frozen = freezeAt(state, now);
  return {
    known: state.known,
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
    ...(lastPlanEndedAt === undefined ? {} : { lastPlanAgoMs: now - lastPlanEndedAt }),
  };
}
