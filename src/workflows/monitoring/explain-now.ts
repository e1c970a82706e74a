/** Says why: by an update everything is looked at anew, by a query what was said last. */
import { defineQuery, proxyActivities, setHandler } from '@temporalio/workflow';
import { sampleQueue } from '../../contract/ids';
import type { MonitorConfig } from '../../contract/monitor';
import type { SampleActivities } from '../../contract/sample';
import { sentenceOf } from '../../domain/sentence';
import { ballotsOf } from '../../domain/detection/ballots';
import { decideInputFrom, type MonitorState } from './monitor-state';

const { explain } = proxyActivities<SampleActivities>({
  taskQueue: sampleQueue,
  summary: 'Say why it acts or does not',
  scheduleToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumAttempts: 2 },
});

/** @returns for a person, or the sentence that says that nothing is known yet */
export async function explainNow(
  site: string,
  config: MonitorConfig | undefined,
  state: MonitorState,
): Promise<string> {
  if (config === undefined) return `The monitor of ${site} has not read its site file yet; ask again in a moment.`;
  const now = Date.now();
  const ballots = ballotsOf(config.targets, state.heard, now);
  try {
    const text = await explain({ site, ballots, ...decideInputFrom(state, now) });
    state.explained = { at: now, text };
    return text;
  } catch (error) {
    return `Nobody could look now: ${sentenceOf(error)} Does a runbook worker run? It serves the queue ${sampleQueue}. What is known without it: npx handover status ${site}`;
  }
}

/** What was said last, with how long ago; also for clients that know no updates. */
export function handleExplainQuery(site: string, state: MonitorState): void {
  setHandler(
    defineQuery<string>('explain'),
    () =>
      state.explained
        ? `${state.explained.text}\n\nAs of ${new Date(state.explained.at).toISOString()}. Anew: npx handover explain ${site}`
        : `Nobody has asked yet. Ask with: npx handover explain ${site}; or send the signal "explain", and query again.`,
    {
      description:
        'Every guard and its answer, what happens next, what is not known; as the update or signal explain last found it.',
    },
  );
}
