import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { alertsId } from '../contract/ids';
import type { Alert } from '../domain/alert';
import type { Delivery } from '../domain/outbox';
import { parseAlerts } from '../domain/plan/request';
import { Deliveries } from './alerting/deliveries';
import { parseOrFail, refuseTimeouts, requireId } from './input';

const alertSignal = defineSignal<[Alert, string[]]>('alert');

/**
 * Sends the alerts of a site to each of its channels, each for 24 h, and tells the others of a channel that takes nothing. It ends when all have arrived.
 * Activities start it as `alerts/SITE` by the signal that carries an alert; the result says what could not be sent.
 */
export async function alerts(input: unknown = {}, carried: readonly Delivery[] = []): Promise<string> {
  const [, site = ''] = workflowInfo().workflowId.split('/');
  const deliveries = new Deliveries(site, carried);
  setHandler(alertSignal, (alert, channels) => deliveries.add(alert, channels), {
    description: 'Sent by the runbook with an alert and the names of its channels; not for people.',
  });
  requireId(alertsId(parseOrFail(parseAlerts, input).site), { site });
  refuseTimeouts();
  const scope = new CancellationScope();
  const isLong = () => workflowInfo().continueAsNewSuggested;
  while (deliveries.isReady || deliveries.left.length > 0) {
    await scope.run(() => {
      deliveries.startReady();
      return Promise.resolve();
    });
    await condition(() => deliveries.isReady || deliveries.left.length === 0 || isLong());
    if (!isLong()) continue;
    scope.cancel();
    return continueAsNew<typeof alerts>(input, deliveries.left);
  }
  return deliveries.outcome();
}
