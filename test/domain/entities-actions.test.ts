/** Scheduled actions: what the deposed region completed is complete, and what it planned beside another one arrives. */
import { merge, type Side } from './entities-world';

const action = (action_id: string, status: string, args = '[60]') => ({
  ...{ action_id, hook: 'remind', args, status, claim_id: '0' },
});
const actions = 'actionscheduler_actions';

test.each([
  ['runs there still', () => undefined],
  ['was marked as failed there by the cleaner', (side: Side) => side.set(actions, {}, { status: 'failed' })],
])('an action that ran when the regions parted, was completed, and on the primary %s', async (_, ours) => {
  const complete = (side: Side) => side.set(actions, {}, { status: 'complete' });
  const { primary } = await merge({ [actions]: [action('4', 'in-progress')] }, complete, ours);
  expect(primary.rows(actions)[0]?.['status']).toBe('complete');
});

test('a second reminder arrives beside the one that waited when the regions parted', async () => {
  const { primary } = await merge({ [actions]: [action('4', 'pending')] }, (side) =>
    side.put(actions, action('9', 'pending')),
  );
  expect(primary.rows(actions).map((row) => row['action_id'])).toEqual(['4', '9']);
});

test('what both regions planned anew is planned once', async () => {
  const plan = (id: string) => (side: Side) => side.put(actions, action(id, 'pending'));
  const { primary } = await merge({}, plan('9'), plan('1009'));
  expect(primary.rows(actions).map((row) => row['action_id'])).toEqual(['1009']);
});

test.each([
  ['["2026-11-12"]', 1],
  ['["12:00"]', 1],
  ['[12.5]', 1],
  ['["a12"]', 1],
  ['[12]', 0],
  ['{"order_id":12}', 0],
  ['["7","12"]', 0],
])('an action with the arguments %s and an order 12 that was left to a person', async (args, arrived) => {
  const { primary } = await merge({}, (side) =>
    side
      .put('wc_orders', { id: '12', type: 'strange', parent_order_id: '0', status: 'wc-x' })
      .put(actions, action('9', 'pending', args)),
  );
  expect(primary.rows(actions)).toHaveLength(arrived);
});
