/** Alerts on their way: which is sent next, and which takes the place of which. */
import type { Alert } from '../../src/domain/alert';
import { outboxLines, silenceOf, startable, withAlert, type Delivery } from '../../src/domain/outbox';

const alert = (key: string, differs: Partial<Alert> = {}): Alert => ({
  severity: 'warning',
  key,
  summary: `shop: ${key}.`,
  ...differs,
});
const names = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ channel, alert: { key, summary } }) => `${channel} ${key} ${summary}`);

test('an alert waits for each channel by itself', () => {
  const waiting = withAlert([], alert('a'), ['log', 'pagerduty'], 1_000);
  expect(waiting.map(({ channel, since }) => [channel, since])).toEqual([
    ['log', 1_000],
    ['pagerduty', 1_000],
  ]);
});

test('a newer alert takes the place of one of its key that waits at the same channel', () => {
  const before = withAlert(withAlert([], alert('a'), ['log', 'slack'], 0), alert('b'), ['log'], 0);
  const waiting = withAlert(before, alert('a', { summary: 'shop: a again.' }), ['log'], 1);
  expect(names(waiting)).toEqual(['slack a shop: a.', 'log b shop: b.', 'log a shop: a again.']);
});

test('at one channel the alerts of one key are sent one after the other, and others do not wait for them', () => {
  const [first] = withAlert([], alert('a'), ['slack'], 0);
  if (!first) throw new Error('It waits.');
  const waiting = withAlert(withAlert([], alert('a'), ['slack', 'log'], 1), alert('b'), ['slack'], 1);
  expect(names(startable(waiting, [first]))).toEqual(['log a shop: a.', 'slack b shop: b.']);
  expect(names(startable(waiting, []))).toEqual(['slack a shop: a.', 'log a shop: a.', 'slack b shop: b.']);
});

test('the other channels hear of one that takes nothing, and where to look', () => {
  const delivery: Delivery = { alert: alert('a'), channel: 'pagerduty', since: 0 };
  expect(silenceOf(delivery, 'shop', 'PagerDuty returned 403.')).toEqual({
    severity: 'critical',
    key: 'handover/shop/channel/pagerduty/1970-01-01T00:00:00.000Z',
    summary: 'shop: alerts do not reach pagerduty: PagerDuty returned 403. They are sent again for 24 h.',
    command: 'temporal workflow show --workflow-id alerts/shop',
  });
});

test('a person reads which alerts did not arrive, for how long and why; one that was not tried for a minute yet is no news', () => {
  const failed: Delivery = {
    alert: alert('a'),
    channel: 'slack',
    since: 0,
    failure: 'The Slack webhook returned 410.',
  };
  expect(outboxLines([failed, { alert: alert('b'), channel: 'log', since: 0 }], 180_000)).toEqual([
    'Not delivered to slack for 3 min: shop: a. (The Slack webhook returned 410.)',
  ]);
});
