/** The monitors of the sites, as Temporal knows them. */
import { WorkflowNotFoundError, type Client, type Connection } from '@temporalio/client';
import { alarmSignal, type AlarmWord } from '../contract/alarm';
import { monitorId } from '../contract/ids';
import { asClause, sentenceOf } from '../domain/sentence';
import { AlarmRefusal } from '../providers/alarms/refusal';

const tellMs = 5_000;
const askMs = 2_000;

export interface Monitors {
  /** Resolves once Temporal has taken the signal. @throws AlarmRefusal 503 with the reason, and what to type */
  tell: (site: string, word: AlarmWord) => Promise<void>;
  /** @throws why Temporal gives no answer now */
  ask: () => Promise<void>;
}

export const monitorsAt = (
  client: Client,
  connection: Pick<Connection, 'withDeadline' | 'workflowService'>,
): Monitors => ({
  tell: async (site, word) => {
    const handle = client.workflow.getHandle(monitorId(site));
    try {
      await connection.withDeadline(Date.now() + tellMs, () => handle.signal(alarmSignal, word));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError)
        throw new AlarmRefusal(
          503,
          `${monitorId(site)} does not run, so nobody hears the alarm ${word.name}. Start it: npx handover monitor ${site}`,
        );
      throw new AlarmRefusal(
        503,
        `Temporal has not confirmed within ${tellMs / 1_000} s that it took the alarm ${word.name} (${asClause(sentenceOf(error))}). Send it again.`,
      );
    }
  },
  ask: async () => {
    await connection.withDeadline(Date.now() + askMs, () => connection.workflowService.getSystemInfo({}));
  },
});
