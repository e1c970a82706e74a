/** What shops do in both regions at once: schedules that go on, options made anew, prices and stock that belong together. Values are invented. */
import { shown, type Row } from '../../src/domain/salvage/transaction';
import { merge, type Rows, type Side } from './entities-world';

const said = (row: Row, ...columns: string[]) => columns.map((column) => shown(row[column])).join(' ');

describe('an action that repeats', () => {
  const action = (id: string, status: string) => ({
    action_id: id,
    hook: 'renew',
    args: '[60]',
    status,
    claim_id: '0',
  });
  const past: Rows = { actionscheduler_actions: [action('4', 'pending')] };
  const goneOn = (ended: string, next: string) => (side: Side) =>
    side
      .set('actionscheduler_actions', { action_id: '4' }, { status: ended })
      .put('actionscheduler_actions', action(next, 'pending'));
  const started = (side: Side) =>
    side.set('actionscheduler_actions', { action_id: '4' }, { status: 'in-progress', claim_id: '9' });

  test.each<[string, string, ((side: Side) => unknown) | undefined, string[]]>([
    ['goes on where the deposed region was', 'complete', undefined, ['4 complete', '9 pending']],
    ['goes on at the time that the deposed region set', 'canceled', undefined, ['4 canceled', '9 pending']],
    ['goes on once where both ran it', 'complete', goneOn('complete', '1009'), ['4 complete', '1009 pending']],
    ['is planned by the primary alone, which runs it now', 'complete', started, ['4 in-progress']],
  ])('%s', async (_, ended, ours, left) => {
    const { primary } = await merge(past, goneOn(ended, '9'), ours);
    const rows = primary.rows('actionscheduler_actions').map((row) => said(row, 'action_id', 'status'));
    expect(rows.sort()).toEqual([...left].sort());
  });

  test('is gone where the deposed region deleted it, and its successor comes', async () => {
    const { primary } = await merge(past, (a) =>
      a.drop('actionscheduler_actions', { action_id: '4' }).put('actionscheduler_actions', action('9', 'pending')),
    );
    expect(primary.rows('actionscheduler_actions').map((row) => row['action_id'])).toEqual(['9']);
  });
});

describe('an option that was deleted and made again', () => {
  const option = (id: string, value: string) => ({ option_id: id, option_name: 'tax_mode', option_value: value });
  const past: Rows = { options: [option('1', 'a')] };
  const anew = (id: string, value: string) => (side: Side) =>
    side.drop('options', { option_name: 'tax_mode' }).put('options', option(id, value));

  test.each<[string, string, ((side: Side) => unknown) | undefined, string, number]>([
    ['is as the deposed region has it', 'b', undefined, '9 b', 0],
    ['is no question where both have the same', 'b', anew('1009', 'b'), '1009 b', 0],
    ['is no question where its value is the old one', 'a', anew('1009', 'b'), '1009 b', 0],
    ['is one line where both have another', 'b', anew('1009', 'c'), '1009 c', 1],
  ])('%s', async (_, value, ours, left, lines) => {
    const { primary, listed } = await merge(past, anew('9', value), ours);
    expect(primary.rows('options').map((row) => said(row, 'option_id', 'option_value'))).toEqual([left]);
    expect(listed).toHaveLength(lines);
  });
});

describe('the stock of a product', () => {
  const kept = (stock: string | null) => ({ meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: stock });
  const lookup = (stock: string | null) => ({ product_id: '5', stock_quantity: stock, stock_status: 'instock' });
  const past = (stock: string | null): Rows => ({
    posts: [{ ID: '5', post_type: 'product', post_parent: '0' }],
    postmeta: [kept(stock)],
    wc_product_meta_lookup: [lookup(stock)],
  });
  const now = (stock: string | null) => (side: Side) =>
    side
      .set('postmeta', { meta_key: '_stock' }, { meta_value: stock })
      .set('wc_product_meta_lookup', {}, { stock_quantity: stock });

  test.each<[string, string | null, string | null, string | null, string | null, number]>([
    ['is no longer kept where the deposed region stopped keeping it', '9', null, '9', null, 0],
    ['is no longer kept, whatever the primary sold', '9', null, '7', null, 0],
    ['stays as it is where the primary stopped keeping it', '9', '7', null, null, 0],
    ['is as the one region has it that began to keep it', null, '33', null, '33', 0],
    ['is one line where both began to keep it', null, '33', '20', '20', 1],
  ])('%s', async (_, was, there, here, left, lines) => {
    const { primary, listed, rulings } = await merge(past(was), now(there), here === was ? undefined : now(here));
    expect(primary.rows('postmeta')[0]?.['meta_value']).toBe(left);
    expect(primary.rows('wc_product_meta_lookup')[0]?.['stock_quantity']).toBe(left);
    expect(listed).toHaveLength(lines);
    expect(rulings['product 5']?.oversold).toBeUndefined();
  });
});

test('a variation that the deposed region deleted goes with all of its values, although the primary sold it', async () => {
  const past: Rows = {
    posts: [
      { ID: '5', post_type: 'product', post_parent: '0' },
      { ID: '6', post_type: 'product_variation', post_parent: '5' },
    ],
    postmeta: ['_stock', 'total_sales', '_price'].map((name, at) => ({
      meta_id: String(at),
      post_id: '6',
      meta_key: name,
      meta_value: '9',
    })),
  };
  const { primary, listed } = await merge(
    past,
    (a) => a.drop('posts', { ID: '6' }).drop('postmeta', { post_id: '6' }),
    (b) =>
      b
        .set('postmeta', { meta_key: '_stock' }, { meta_value: '8' })
        .set('postmeta', { meta_key: 'total_sales' }, { meta_value: '10' }),
  );
  expect(listed).toEqual([]);
  expect(primary.rows('postmeta')).toEqual([]);
  expect(primary.rows('posts').map((row) => row['ID'])).toEqual(['5']);
});

describe('prices belong together', () => {
  const meta = (id: string, name: string, value: string) => ({
    meta_id: id,
    post_id: '5',
    meta_key: name,
    meta_value: value,
  });
  const past: Rows = {
    posts: [{ ID: '5', post_type: 'product', post_parent: '0' }],
    postmeta: [meta('1', '_regular_price', '15'), meta('2', '_sale_price', ''), meta('3', '_price', '15')],
    wc_product_meta_lookup: [{ product_id: '5', min_price: '15', max_price: '15', onsale: '0' }],
  };
  const priced = (regular: string, sale: string) => (side: Side) => {
    const price = sale === '' ? regular : sale;
    for (const [name, value] of Object.entries({ _regular_price: regular, _sale_price: sale, _price: price }))
      if (side.rows('postmeta', { meta_key: name })[0]?.['meta_value'] !== value)
        side.set('postmeta', { meta_key: name }, { meta_value: value });
    const onsale = sale === '' ? '0' : '1';
    side.set('wc_product_meta_lookup', {}, { min_price: price, max_price: price, onsale });
  };
  const pricesOf = (side: Side) => side.rows('postmeta').map((row) => said(row, 'meta_key', 'meta_value'));

  test.each([
    ['a sale of the deposed region beside a price of the primary', ['99', '88'], ['77', '']],
    ['a sale of the deposed region alone beside a price of the primary', ['15', '12'], ['77', '']],
    ['a price of the deposed region beside a sale of the primary', ['99', ''], ['15', '9']],
  ])('%s: all are as the primary has them, in one line', async (_, there, here) => {
    const [theirs, ours] = [priced(there[0]!, there[1]!), priced(here[0]!, here[1]!)];
    const { primary, listed } = await merge(past, theirs, ours);
    const alone = await merge(past, () => undefined, ours);
    expect(pricesOf(primary).sort()).toEqual(pricesOf(alone.primary).sort());
    expect(primary.rows('wc_product_meta_lookup')).toEqual(alone.primary.rows('wc_product_meta_lookup'));
    expect(listed).toEqual([expect.stringMatching(/^Product 5 was changed in both regions: postmeta _/)]);
  });
});

describe('analytics that import orders in batches', () => {
  const name = 'woocommerce_admin_scheduler_last_processed_order_modified_date';
  const option = (value: string) => ({ option_id: '8', option_name: name, option_value: value });
  const past: Rows = { options: [option('2026-11-01 10:00:00')] };
  const movedTo = (value: string) => (side: Side) =>
    side.set('options', { option_name: name }, { option_value: value });
  const order = (side: Side) => side.put('wc_orders', { id: '71', type: 'shop_order', status: 'wc-processing' });
  const both =
    (...each: ((side: Side) => unknown)[]) =>
    (side: Side) => {
      for (const change of each) change(side);
    };

  test.each<[string, (side: Side) => unknown, (side: Side) => unknown, string]>([
    ['go back to where the regions parted', order, movedTo('2026-11-02 10:00:00'), '2026-11-01 10:00:00'],
    [
      'go back though the deposed region went on too',
      both(order, movedTo('2026-11-01 12:00:00')),
      movedTo('2026-11-02 10:00:00'),
      '2026-11-01 10:00:00',
    ],
    [
      'stay where they were where the deposed region alone went on',
      both(order, movedTo('2026-11-01 12:00:00')),
      () => undefined,
      '2026-11-01 10:00:00',
    ],
    [
      'stay where the primary is where no order comes home',
      (a) => a.put('posts', { ID: '9', post_type: 'page' }),
      movedTo('2026-11-02 10:00:00'),
      '2026-11-02 10:00:00',
    ],
  ])('%s', async (_what, theirs, ours, left) => {
    const { primary, listed } = await merge(past, theirs, ours);
    expect(primary.rows('options').map((row) => row['option_value'])).toEqual([left]);
    expect(listed).toEqual([]);
  });
});
