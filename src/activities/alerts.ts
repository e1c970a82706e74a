/** The way of an alert: to `alerts/SITE`, which lasts longer than any channel is away, and from there to each channel. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { AlertReceipt, DeliverAlertInput } from '../contract/activities';
import { alertsId, runbookQueue } from '../contract/ids';
import type { Alert } from '../domain/alert';
import type { Recipients } from '../domain/open-alerts';
import { sentenceOf } from '../domain/sentence';
import { eachChannel } from '../providers/alerts/channel';
import { logTo } from '../providers/alerts/log';
import { PortError } from '../ports/errors';
import type { Alerts } from '../ports/ports';

/** Where the site file cannot be read, and so no channel is known. */
export const logAlone = eachChannel([{ kind: 'log', send: logTo(process.stderr).send }]);

/** A person may mend the site file meanwhile, so it is tried again. */
export const unreadable = (error: unknown): ApplicationFailure =>
  ApplicationFailure.create({ message: sentenceOf(error), type: 'InvalidInput' });

/** Waits for no channel. */
export async function handOver(
  client: Client,
  site: string,
  alert: Alert,
  { channels, escalateAfterMs }: Recipients,
): Promise<void> {
  await client.workflow.signalWithStart('alerts', {
    workflowId: alertsId(site),
    taskQueue: runbookQueue,
    args: [{ site }],
    signal: 'alert',
    signalArgs: [alert, channels, escalateAfterMs],
    staticSummary: `Alerts of ${site} on their way`,
  });
}

/**
 * One attempt.
 * @throws ApplicationFailure that is tried again whatever it is: a person may mend the channel, its secret or its site file meanwhile
 */
export async function deliver(alerts: Alerts, { alert, channel, thread }: DeliverAlertInput): Promise<AlertReceipt> {
  try {
    const kept = await alerts.send(alert, channel, thread);
    return kept === undefined ? {} : { thread: kept };
  } catch (error) {
    const waitMs = error instanceof PortError ? error.waitMs : undefined;
    throw ApplicationFailure.create({
      message: sentenceOf(error),
      type: error instanceof PortError ? error.kind : 'Error',
      ...(waitMs === undefined ? {} : { nextRetryDelay: waitMs }),
    });
  }
}
