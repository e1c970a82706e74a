/** What a monitor tells people: what it decided, what else came to its mind, and that it is over. */
import { getExternalWorkflowHandle, isCancellation, patched } from '@temporalio/workflow';
import { alertsId } from '../../contract/ids';
import type { Alert } from '../../domain/alert';
import type { DecideResult } from '../../contract/monitor';
import type { Decision } from '../../domain/decision/situation';
import { emptyBook } from '../../domain/incident/book';
import { keyOf } from '../../domain/incident/calls';
import { notify } from '../alerting/tell';
import type { MonitorState } from './monitor-state';

export async function tellNews(site: string, state: MonitorState, { action, alert }: Decision): Promise<void> {
  await passOnAcknowledgement(site, state);
  for (const news of state.untold?.splice(0) ?? [])
    if (!(await isHandedOver(site, news))) state.untold = [...(state.untold ?? []), news];
  const book = state.incidents ?? emptyBook;
  const key = keyOf(book, alert?.key ?? '');
  const isKnown = !alert || state.lastAlert === alert.summary;
  const told = alert && { ...alert, key, ends: true as const, incident: `${site}/${String(book.last)}` };
  const isTold = isKnown || (told !== undefined && (await isHandedOver(site, told)));
  state.lastAlert = isTold ? (alert?.summary ?? '') : '';
  // What is not said while a transfer runs is not over.
  const isOver = alert ? isTold && !isKnown && key !== state.raised : action === 'hold';
  if (isOver) await tellEnd(site, state);
  if (alert && !isKnown && isTold) state.raised = key;
  await tellDecided(site, state);
}

/** What is told of readiness keeps its key until all is well. What could not be handed over is told by the next decision. */
export async function tellOfReadiness(site: string, state: MonitorState, { readiness }: DecideResult): Promise<void> {
  if (!readiness) return;
  const { alert, told } = readiness;
  const key = keyOf(emptyBook, alert?.key ?? '', told?.since ?? state.readinessTold?.since);
  const fate = told ? { ends: true as const } : { status: 'resolved' as const };
  if (alert && !(await isHandedOver(site, { ...alert, key, ...fate }))) return;
  if (told) state.readinessTold = told;
  else delete state.readinessTold;
}

/** Of the alert that was told last. What could not be handed over is told by the next decision. */
async function tellEnd(site: string, state: MonitorState): Promise<void> {
  const { raised } = state;
  if (raised === undefined || !patched('resolve-alerts')) return;
  if (await isHandedOver(site, endOf(site, raised))) delete state.raised;
}

/** The verdict could not be computed: nothing would be moved, and nobody would see that. */
export async function tellUndecided(site: string, state: MonitorState, because: string): Promise<void> {
  if (state.undecidedSince !== undefined || !patched('tell-undecided')) return;
  const since = Date.now();
  const isTold = await isHandedOver(site, {
    severity: 'critical',
    key: undecidedKey(site, since),
    summary: `${site}: the verdict cannot be computed, so nothing would be moved: ${because}`,
    command: `npx handover status ${site}`,
    ends: true,
  });
  if (isTold) state.undecidedSince = since;
}

async function tellDecided(site: string, state: MonitorState): Promise<void> {
  const { undecidedSince } = state;
  if (undecidedSince === undefined) return;
  if (await isHandedOver(site, endOf(site, undecidedKey(site, undecidedSince)))) delete state.undecidedSince;
}

/** The site file cannot be read, or no longer says what is done. */
export async function tellMisread(site: string, state: MonitorState, problem: string | undefined): Promise<void> {
  const { misreadSince: since } = state;
  if ((problem === undefined) === (since === undefined)) return;
  const at = since ?? Date.now();
  const key = `${site}/site-file/${new Date(at).toISOString()}`;
  const alert: Alert = {
    severity: 'critical',
    key,
    summary: `${site}: the monitor goes on with what its site file said before: ${problem ?? ''}`,
    command: `npx handover reload ${site}`,
    ends: true,
  };
  if (!(await isHandedOver(site, problem === undefined ? endOf(site, key) : alert))) return;
  if (problem === undefined) delete state.misreadSince;
  else state.misreadSince = at;
}

const undecidedKey = (site: string, since: number) => `${site}/undecided/${new Date(since).toISOString()}`;

export const endOf = (site: string, key: string): Alert => ({
  severity: 'info',
  key,
  summary: `${site}: it is over.`,
  status: 'resolved',
});

/** Who acknowledges what the monitor did takes care of its alerts too. */
async function passOnAcknowledgement(site: string, state: MonitorState): Promise<void> {
  const { acknowledgedBy: who } = state;
  delete state.acknowledgedBy;
  if (who === undefined || !patched('acknowledge-alerts')) return;
  // Where no alert is open, nobody hears it.
  await getExternalWorkflowHandle(alertsId(site))
    .signal('acknowledge', { who })
    .catch((error: unknown) => {
      if (isCancellation(error)) throw error;
    });
}

/** What could not be handed over is told by the next decision; monitors begun before `alert-again` went on without it. */
const isHandedOver = (site: string, alert: Alert): Promise<boolean> =>
  notify(site, alert).then(
    () => true,
    (error: unknown) => {
      if (isCancellation(error)) throw error;
      return !patched('alert-again');
    },
  );
