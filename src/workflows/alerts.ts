import { CancellationScope, continueAsNew, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { alertVerbs } from '../contract/alert-verbs';
import { alertsId } from '../contract/ids';
import type { Alert } from '../domain/alert';
import type { Delivery } from '../domain/outbox';
import { parseAlerts } from '../domain/plan/request';
import { Deliveries } from './alerting/deliveries';
import { Matters, type CarriedMatters } from './alerting/matters';
import { parseOrFail, refuseTimeouts, requireId } from './input';
import { handleMessages } from './message-handlers';

const alertSignal = defineSignal<[Alert, string[], Record<string, number>?]>('alert');

/**
 * Sends the alerts of a site to each of its channels, each for 24 h, and tells the others of a channel that takes nothing. It keeps what is not over:
 * escalates what nobody acknowledges, reminds of duties, resolves what is over. It ends when all have arrived and nothing is open.
 * Activities start it as `alerts/SITE` by the signal that carries an alert; the result says what could not be sent.
 */
export async function alerts(
  input: unknown = {},
  carried: readonly Delivery[] = [],
  open?: CarriedMatters,
): Promise<string> {
  const [, site = ''] = workflowInfo().workflowId.split('/');
  const deliveries = new Deliveries(site, carried, open?.threads);
  const matters = new Matters(deliveries, open);
  setHandler(
    alertSignal,
    (alert, channels, escalateAfterMs = {}) => matters.take(alert, { channels, escalateAfterMs }),
    {
      description: 'Sent by the runbook with an alert and the names of its channels; not for people.',
    },
  );
  handleMessages(alertVerbs, ({ fields }) => matters.acknowledge(fields['who'] ?? ''));
  requireId(alertsId(parseOrFail(parseAlerts, input).site), { site });
  refuseTimeouts();
  const scope = new CancellationScope();
  const isLong = () => workflowInfo().continueAsNewSuggested;
  while (deliveries.isReady || deliveries.left.length > 0 || matters.areOpen) {
    await scope.run(() => {
      deliveries.startReady();
      return Promise.resolve();
    });
    const isIdle = () => deliveries.left.length === 0 && !matters.areOpen;
    await matters.wait(() => deliveries.isReady || isIdle() || isLong());
    if (!isLong()) continue;
    scope.cancel();
    return continueAsNew<typeof alerts>(input, deliveries.left, matters.carried());
  }
  return deliveries.outcome();
}
