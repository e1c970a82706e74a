/** Customers, what a shop does by its own schedule, options, sessions, and tables of plugins. Names and values are invented. */
import { entriesOf, serializedOf } from '../../src/domain/salvage/entities/serialized';
import { unitedCron } from '../../src/domain/salvage/entities/cron';
import { merge, type Rows, type Side } from './entities-world';

const text = (value: string) => `s:${Buffer.byteLength(value)}:"${value}";`;
const array = (entries: Record<string, string>) =>
  serializedOf(
    new Map(Object.entries(entries).map(([key, value]) => [/^\d+$/.test(key) ? `i:${key};` : text(key), value])),
  );

describe('a customer', () => {
  const past: Rows = {
    users: [{ ID: '3', user_login: 'ada', user_email: 'ada@shop.test' }],
    usermeta: [{ umeta_id: '1', user_id: '3', meta_key: 'billing_city', meta_value: 'Bonn' }],
  };
  const registered =
    (id: string, email = 'grace@shop.test') =>
    (side: Side) =>
      side
        .put('users', { ID: id, user_login: 'grace', user_email: email })
        .put('usermeta', { umeta_id: `${id}0`, user_id: id, meta_key: 'first_name', meta_value: 'Grace' })
        .put('wc_customer_lookup', { customer_id: `${id}5`, user_id: id, email });
  const ordered = (order: string, user: string) => (side: Side) =>
    side
      .put('wc_orders', { id: order, type: 'shop_order', parent_order_id: '0', customer_id: user })
      .put('wc_order_stats', { order_id: order, customer_id: `${user}5` });

  test('who registered in both regions is one account, to which all orders lead', async () => {
    const { primary, rulings, listed } = await merge(
      past,
      (a) => [
        registered('11')(a),
        ordered('71', '11')(a),
        a.put('usermeta', { umeta_id: '119', user_id: '11', meta_key: 'billing_phone', meta_value: '1' }),
      ],
      registered('1010', 'Grace@shop.test'),
    );
    expect(listed).toEqual([]);
    expect(rulings['customer 11']?.outcome).toBe('merged');
    expect(primary.rows('users').map((row) => row['ID'])).toEqual(['3', '1010']);
    expect(primary.rows('usermeta', { user_id: '1010' }).map((row) => row['meta_key'])).toEqual([
      'first_name',
      'billing_phone',
    ]);
    expect(primary.rows('usermeta', { user_id: '11' })).toEqual([]);
    expect(primary.rows('wc_orders')[0]?.['customer_id']).toBe('1010');
    expect(primary.rows('wc_order_stats')[0]?.['customer_id']).toBe('10105');
    expect(primary.rows('wc_customer_lookup')).toHaveLength(1);
  });

  test('who ordered as a guest in both regions is one in the reports', async () => {
    const guest = (id: string) => (side: Side) =>
      side.put('wc_customer_lookup', { customer_id: id, user_id: null, email: 'guest@shop.test' });
    const { primary } = await merge(
      past,
      (a) => [guest('39')(a), a.put('wc_order_stats', { order_id: '71', customer_id: '39' })],
      guest('1040'),
    );
    expect(primary.rows('wc_customer_lookup')).toHaveLength(1);
    expect(primary.rows('wc_order_stats')[0]?.['customer_id']).toBe('1040');
  });

  test.each([
    ['the same value', 'Köln', 'Köln', 'Köln', []],
    ['two values', 'Ulm', 'Köln', 'Köln', [expect.stringContaining('usermeta billing_city')]],
    ['a value of one region', 'Ulm', undefined, 'Ulm', []],
  ])('keeps one row for each name: %s', async (_, there, here, left, lines) => {
    const city = (value: string | undefined) => (side: Side) =>
      value === undefined ? undefined : side.set('usermeta', { umeta_id: '1' }, { meta_value: value });
    const { primary, listed } = await merge(past, city(there), city(here));
    expect(primary.rows('usermeta').map((row) => row['meta_value'])).toEqual([left]);
    expect(listed).toEqual(lines);
  });

  test('stays logged in where they logged in', async () => {
    const tokens = (...names: string[]) =>
      array(Object.fromEntries(names.map((name) => [name, array({ login: 'i:5;' })])));
    const logged =
      (...names: string[]) =>
      (side: Side) =>
        side.put('usermeta', {
          umeta_id: names[0] === 'a' ? '9' : '1009',
          user_id: '3',
          meta_key: 'session_tokens',
          meta_value: tokens(...names),
        });
    const { primary } = await merge(past, logged('a'), logged('b'));
    expect(primary.rows('usermeta', { meta_key: 'session_tokens' }).map((row) => row['meta_value'])).toEqual([
      tokens('b', 'a'),
    ]);
  });
});

describe('a scheduled action', () => {
  const past: Rows = {
    actionscheduler_actions: [{ action_id: '4', hook: 'renew', args: '[60]', status: 'pending', claim_id: '0' }],
  };
  const action =
    (id: string, status: string, args = '[71]') =>
    (side: Side) =>
      side
        .put('actionscheduler_actions', { action_id: id, hook: 'renew', args, status, claim_id: '7' })
        .put('actionscheduler_logs', { log_id: id, action_id: id, message: status });
  const done = (side: Side) =>
    side.set('actionscheduler_actions', { action_id: '4' }, { status: 'complete', claim_id: '9' });

  test.each(['complete', 'failed', 'canceled'])('that is %s there arrives as that', async (status) => {
    const { primary } = await merge(past, action('9', status));
    expect(primary.rows('actionscheduler_actions', { action_id: '9' })[0]?.['status']).toBe(status);
  });

  test('that was done there is not done here', async () => {
    const { primary, listed } = await merge(past, done);
    expect(primary.rows('actionscheduler_actions')[0]?.['status']).toBe('complete');
    expect(listed).toEqual([]);
  });

  test('that both did is no question', async () => {
    const { primary, listed } = await merge(past, done, (b) =>
      b.set('actionscheduler_actions', {}, { status: 'complete', claim_id: '1008' }),
    );
    expect(primary.rows('actionscheduler_actions')[0]?.['claim_id']).toBe('1008');
    expect(listed).toEqual([]);
  });

  test('that is still to be done arrives once and unclaimed', async () => {
    const { primary } = await merge(past, action('9', 'pending'));
    expect(primary.rows('actionscheduler_actions', { action_id: '9' })[0]).toMatchObject({
      status: 'pending',
      claim_id: '0',
    });
  });

  test('that the primary has to do as well does not arrive', async () => {
    const { primary } = await merge(past, action('9', 'pending'), action('1009', 'pending'));
    expect(primary.rows('actionscheduler_actions', { args: '[71]' }).map((row) => row['action_id'])).toEqual(['1009']);
    expect(primary.rows('actionscheduler_logs').map((row) => row['action_id'])).toEqual(['1009']);
  });

  test('that was running there arrives as failed, and a person is told', async () => {
    const { primary, listed } = await merge(past, action('9', 'in-progress'));
    expect(primary.rows('actionscheduler_actions', { action_id: '9' })[0]).toMatchObject({
      status: 'failed',
      claim_id: '0',
    });
    expect(listed).toEqual([expect.stringMatching(/^Action 9 \(renew\) was running/)]);
  });

  test('does not arrive without its order', async () => {
    const order = (total: string) => (side: Side) =>
      side.put('wc_orders', { id: '71', type: 'shop_order', parent_order_id: '0', total_amount: total });
    const { primary, listed } = await merge(past, (a) => [order('1')(a), action('9', 'pending')(a)], order('2'));
    expect(primary.rows('actionscheduler_actions')).toHaveLength(1);
    expect(listed).toHaveLength(2);
  });
});

describe('options', () => {
  const past: Rows = { options: [{ option_id: '1', option_name: 'blogname', option_value: 'Shop', autoload: 'yes' }] };
  const named = (name: string, value: string, id: string) => (side: Side) =>
    side.put('options', { option_id: id, option_name: name, option_value: value });

  test.each([
    ['is copied where the primary has none', 'tax_mode', 'a', undefined, 'a', 0],
    ['is no question where both wrote the same', 'tax_mode', 'a', 'a', 'a', 0],
    ['is one line where both wrote another', 'tax_mode', 'a', 'b', 'b', 1],
    ['is not brought over where it passes by itself', '_transient_x', 'a', undefined, undefined, 0],
    ['is no question where the shop itself writes it', 'shop_last_run', 'a', 'b', 'b', 0],
  ])('%s', async (_, name, there, here, left, lines) => {
    const { primary, listed } = await merge(
      past,
      named(name, there, '9'),
      here === undefined ? undefined : named(name, here, '1010'),
    );
    expect(primary.rows('options', { option_name: name }).map((row) => row['option_value'])).toEqual(
      left === undefined ? [] : [left],
    );
    expect(listed).toHaveLength(lines);
  });

  const event = (every: string) => array({ args: 'a:0:{}', schedule: text(every) });
  const at = (plans: Record<string, string[]>) =>
    array({
      ...Object.fromEntries(
        Object.entries(plans).map(([time, hooks]) => [
          time,
          array(Object.fromEntries(hooks.map((hook) => [hook, array({ hash: event(hook) })]))),
        ]),
      ),
      version: 'i:2;',
    });

  test('cron has what either region planned, once, and not what the deposed region has done', () => {
    const was = at({ 100: ['daily', 'mail-once'] });
    const united = unitedCron(
      was,
      at({ 300: ['daily'], 400: ['new-there'] }),
      at({ 100: ['mail-once'], 250: ['daily'], 260: ['new-here'] }),
    );
    expect(united).toBe(at({ 250: ['daily'], 260: ['new-here'], 400: ['new-there'] }));
  });

  test.each(['', 'a:1:{', 's:3:"abc";', 'a:1:{i:0;s:9:"too short";}x'])(
    'what is no array is left alone: %j',
    (value) => {
      expect(entriesOf(value)).toBeUndefined();
    },
  );

  test('texts of any bytes and nested objects are cut at their ends', () => {
    const value = 'a:3:{s:7:"Größe";O:8:"stdClass":1:{s:1:"x";d:0.5;}i:4;b:1;s:4:"🦊";N;}';
    const entries = entriesOf(value)!;
    expect([...entries.keys()]).toEqual(['s:7:"Größe";', 'i:4;', 's:4:"🦊";']);
    expect(serializedOf(entries)).toBe(value);
  });
});

describe('other things', () => {
  test('a session of the deposed region goes on unless the primary has its own', async () => {
    const session = (id: string, key: string) => (side: Side) =>
      side.put('woocommerce_sessions', { session_id: id, session_key: key, session_value: id });
    const { primary } = await merge({}, (a) => [session('5', 'x')(a), session('6', 'y')(a)], session('1005', 'x'));
    expect(primary.rows('woocommerce_sessions').map((row) => row['session_id'])).toEqual(['1005', '6']);
  });

  test.each([
    ['columns of both come together', { points: '5' }, { customer: 'x' }, { points: '5', customer: 'x' }, 0],
    ['one column of both is for a person', { points: '5' }, { points: '6' }, { points: '6' }, 1],
  ])('rows of a plugin: %s', async (_, there, here, left, lines) => {
    const past: Rows = { my_plugin_points: [{ id: '1', customer: 'a', points: '1' }] };
    const { primary, listed } = await merge(
      past,
      (a) => a.set('my_plugin_points', { id: '1' }, there),
      (b) => b.set('my_plugin_points', { id: '1' }, here),
    );
    expect(primary.rows('my_plugin_points')).toEqual([expect.objectContaining(left)]);
    expect(listed).toHaveLength(lines);
  });

  test('the prefix of the tables is any', async () => {
    const { rulings } = await merge(
      {},
      (a) =>
        a
          .put('wc_orders', { id: '71', type: 'shop_order', parent_order_id: '0' })
          .put('woocommerce_order_items', { order_item_id: '1', order_id: '71' }),
      undefined,
      'shop7_',
    );
    expect(Object.keys(rulings)).toEqual(['order 71']);
  });
});
