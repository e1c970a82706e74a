/** What a monitor remembers from one moment, and from one run, to the next. Plain data, bounded. */
import { setHandler } from '@temporalio/workflow';
import type { DecideOrder } from '../../contract/monitor';
import type { Said } from '../message-handlers';
import { transferEnded, transferStarted, type News } from '../monitor-signals';
import type { HeardByVantage } from './vantage-loop';

interface Remembered {
  endedAt: number;
  from: string;
  to: string;
  automatic: boolean;
  acknowledged: boolean;
}

export interface Vigil {
  heard: HeardByVantage;
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

export function startVigil(): Vigil {
  return { heard: {}, known: { epoch: 0, primary: '' }, lastAlert: '', uneasy: false, reload: false, stopped: '' };
}

/** Takes in what a person said; answers with the sentence they get back. */
export function hear(vigil: Vigil, { verb, words }: Said, now: number): string {
  switch (verb) {
    case 'freeze': {
      const untilMs = words.until === undefined ? 0 : Date.parse(words.until);
      if (Number.isNaN(untilMs))
        return `"${words.until ?? ''}" is no time; an example: 2026-12-01T06:00:00Z. Nothing was frozen.`;
      vigil.freeze = { by: words.who ?? '', because: words.because ?? '', untilMs };
      return `Frozen by ${vigil.freeze.by}: ${vigil.freeze.because}`;
    }
    case 'thaw':
      delete vigil.freeze;
      return `Thawed by ${words.who ?? ''}; the monitor may act again.`;
    case 'acknowledge':
      if (!vigil.lastTransfer) return 'There is no transfer to acknowledge.';
      vigil.lastTransfer.acknowledged = true;
      return `${words.who ?? ''} has seen the transfer from ${vigil.lastTransfer.from} to ${vigil.lastTransfer.to}.`;
    case 'reload':
      vigil.reload = true;
      return 'The site is read again.';
    default:
      vigil.stopped = `Stopped at ${new Date(now).toISOString()} by ${words.who ?? ''}: ${words.because ?? ''}`;
      return vigil.stopped;
  }
}

/** Transfers, also those started by hand, tell of themselves at both ends. */
export function hearNews(vigil: Vigil, wake: (because: string) => void): void {
  setHandler(transferStarted, (news: News) => wake(`A transfer has started: ${String(news.kind)}.`), {
    description: 'Sent by a transfer when it starts; not for people.',
  });
  setHandler(
    transferEnded,
    (news: News) => {
      const moved = (news.primary ?? '') !== '' && news.ending === 'completed';
      if (moved) {
        const to = String(news.primary);
        const automatic = vigil.launched?.to === to;
        vigil.known = { epoch: Math.max(vigil.known.epoch, Number(news.epoch)), primary: to };
        vigil.lastTransfer = { endedAt: Date.now(), from: String(news.from), to, automatic, acknowledged: !automatic };
      }
      vigil.lastPlanEndedAt = Date.now();
      delete vigil.launched;
      wake(`A transfer has ended: ${String(news.ending)}.`);
    },
    { description: 'Sent by a transfer when it ends; not for people.' },
  );
}

/** What the decision needs of the memory, with ages instead of times. */
export function ordersFor(
  vigil: Vigil,
  now: number,
): Pick<DecideOrder, 'known' | 'freeze' | 'lastTransfer' | 'lastPlanAgoMs'> {
  const { freeze, lastTransfer, lastPlanEndedAt } = vigil;
  if (freeze && freeze.untilMs > 0 && freeze.untilMs <= now) delete vigil.freeze;
  const frozen = vigil.freeze;
  return {
    known: vigil.known,
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
