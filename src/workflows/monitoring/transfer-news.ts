/** What the site's transfers tell its monitor, also those that a person started. */
import { setHandler } from '@temporalio/workflow';
import { keyOf } from '../../domain/incident/calls';
import { emptyBook, type AttemptEnding, type IncidentBook } from '../../domain/incident/book';
import { advance } from '../../domain/incident/incident';
import { transferKinds, type TransferKind } from '../../domain/plan/request';
import { transferEnded, transferStarted, type TransferNews } from '../transfer-signals';
import { noteMove } from './command';
import type { MonitorState } from './monitor-state';

export function handleTransferSignals(state: MonitorState, site: string, wake: (because: string) => void): void {
  setHandler(transferStarted, (news: TransferNews) => wake(`A transfer has started: ${String(news.kind)}.`), {
    description: 'Sent by a transfer when it starts; not for people.',
  });
  setHandler(
    transferEnded,
    (news: TransferNews) => {
      applyEnd(state, site, news, Date.now());
      wake(`A transfer has ended: ${String(news.ending)}.`);
    },
    { description: 'Sent by a transfer when it ends, or is refused; not for people.' },
  );
}

/** Applies the end of a transfer. A refusal has changed nothing, so what was seen before it still holds. */
export function applyEnd(state: MonitorState, site: string, news: TransferNews, now: number): void {
  const moved = (news.primary ?? '') !== '' && news.ending === 'completed';
  if (moved) {
    const to = String(news.primary);
    const automatic = state.launched?.to === to;
    state.known = { epoch: Math.max(state.known.epoch, Number(news.epoch)), primary: to };
    state.lastTransfer = { endedAt: now, from: String(news.from), to, automatic, acknowledged: !automatic };
  }
  const before = state.incidents ?? emptyBook;
  const run = news.run === undefined ? {} : { run: String(news.run) };
  const ending = endings.find((each) => each === news.ending) ?? 'untold';
  const [kind, from, to] = [kindIn(news), String(news.from), String(news.to ?? '')];
  state.incidents = advance(before, {
    ...{ type: 'over', at: now, ...run, kind, from, to, ending, because: String(news.because ?? '') },
  });
  if (ending === 'refused') tellRefusal(state, site, before);
  else state.lastPlanEndedAt = now;
  if (ending === 'completed') noteMove(state, kind, now);
  delete state.launched;
}

const endings: readonly AttemptEnding[] = ['completed', 'rolled-back', 'needs-operator', 'refused'];

/** The kind that was asked for; transfers of before 2026-12 tell only the kind of their plan. */
const kindIn = ({ asked, kind }: TransferNews): TransferKind =>
  transferKinds.find((each) => each === asked || each === kind) ?? (kind === 'unplanned' ? 'failover' : 'switchover');

/** Whoever was told that the monitor acts must hear that it could not. The same refusal again is told by the guard that asks a person. */
function tellRefusal(state: MonitorState, site: string, before: IncidentBook): void {
  const attempts = state.incidents?.open?.attempts ?? [];
  const refused = attempts.find(
    (each, at) => each.ending === 'refused' && before.open?.attempts[at]?.ending === undefined,
  );
  if (!refused?.automatic) return;
  const { kind, from, to, because, startedAt } = refused;
  if (attempts.some((earlier) => earlier !== refused && earlier.because === because)) return;
  const way = from === to || kind === 'fence' ? `of ${from}` : `from ${from} to ${to}`;
  state.untold = [
    ...(state.untold ?? []),
    {
      severity: 'critical',
      key: keyOf(state.incidents ?? emptyBook, `${site}/refused`, startedAt),
      summary: `${site}: the ${kind} ${way} was refused, so nothing was changed: ${because}`,
      command: `npx handover status ${site}`,
    },
  ];
}
