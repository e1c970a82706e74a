/** Orders of types that plugins make: nobody knows what belongs to one, so none of it is copied. Names and values are invented. */
import { merge, type Rows, type Side } from './entities-world';

const post = (type: string) => ({ ID: '71', post_type: type, post_status: 'wc-open', post_parent: '0' });
const inTables = (type: string): Rows => ({
  wc_orders: [{ id: '71', type, status: 'wc-open', parent_order_id: '0', total_amount: '20.00' }],
  wc_order_operational_data: [{ id: '710', order_id: '71', order_key: 'wc_order_71' }],
});
const inPosts = (type: string): Rows => ({
  posts: [post(type)],
  postmeta: [{ meta_id: '711', post_id: '71', meta_key: '_order_key', meta_value: 'wc_order_71' }],
});
const anywhere: Rows = {
  woocommerce_order_items: [{ order_item_id: '712', order_id: '71', order_item_name: 'Mug' }],
  woocommerce_order_itemmeta: [{ meta_id: '713', order_item_id: '712', meta_key: '_qty', meta_value: '1' }],
  comments: [{ comment_ID: '714', comment_post_ID: '71', comment_type: 'order_note' }],
};
const storages: [string, (type: string) => Rows][] = [
  ['in tables', (type) => ({ ...inTables(type), posts: [post('shop_order_placehold')], ...anywhere })],
  ['in posts', (type) => ({ ...inPosts(type), ...anywhere })],
  ['in both', (type) => ({ ...inTables(type), ...inPosts(type), ...anywhere })],
];

const put = (rows: Rows) => (side: Side) => {
  for (const [table, some] of Object.entries(rows)) for (const row of some) side.put(table, row);
};
const tablesOf = ({ tables }: Side) =>
  [...tables].flatMap(([table, rows]) => (rows.length > 0 ? [table.slice('wp_'.length)] : [])).sort();

describe.each(storages)('%s', (_, rowsOf) => {
  test.each(['shop_quote', 'awcdp_payment', 'toString'])(
    'a new order of the type %s is listed by its type, and nothing of it arrives',
    async (type) => {
      const { primary, listed } = await merge({}, put(rowsOf(type)));
      expect(listed).toEqual([
        `Order 71 has the type ${type}, which handover does not know, so nothing of the deposed region's was brought over: see in the plugin that makes such orders what belongs to it, then apply the item whole or dismiss it.`,
      ]);
      expect(tablesOf(primary)).toEqual([]);
    },
  );

  test.each(['shop_order', 'shop_subscription'])('a new order of the type %s arrives whole', async (type) => {
    const { primary, listed } = await merge({}, put(rowsOf(type)));
    expect([listed, tablesOf(primary)]).toEqual([[], Object.keys(rowsOf(type)).sort()]);
  });

  test('a person can apply one whole', async () => {
    const { primary, apply } = await merge({}, put(rowsOf('shop_quote')));
    expect(apply('order 71')).toEqual([]);
    expect(tablesOf(primary)).toEqual(Object.keys(rowsOf('shop_quote')).sort());
  });

  test.each<[string, (side: Side) => unknown]>([
    ['a line', (a) => a.set('woocommerce_order_itemmeta', { meta_id: '713' }, { meta_value: '2' })],
    ['a note', (a) => a.put('comments', { comment_ID: '9', comment_post_ID: '71', comment_type: 'order_note' })],
    ['its status', (a) => a.set('wc_orders', {}, { status: 'wc-done' }).set('posts', {}, { post_status: 'wc-done' })],
    ['that it is there', (a) => a.drop('wc_orders', { id: '71' }).drop('posts', { ID: '71' })],
  ])('one of which the deposed region changed %s stays as it is, and is listed once', async (_what, change) => {
    const { primary, listed } = await merge(rowsOf('shop_quote'), change);
    expect(listed).toEqual([expect.stringMatching(/^Order 71 has the type shop_quote, /)]);
    expect(primary.changes).toEqual([]);
  });

  test('what is planned for one is listed too', async () => {
    const { primary, listed } = await merge({}, (a) => {
      put(rowsOf('shop_quote'))(a);
      a.put('actionscheduler_actions', { action_id: '5', hook: 'expire_quote', status: 'pending', args: '[71]' });
    });
    expect([primary.rows('actionscheduler_actions'), listed.length]).toEqual([[], 2]);
  });
});

test.each(['page', 'attachment', 'a_plugins_list'])('a post of the type %s is no order', async (type) => {
  const rows: Rows = {
    posts: [post(type)],
    postmeta: [{ meta_id: '711', post_id: '71', meta_key: '_note', meta_value: 'x' }],
    comments: [{ comment_ID: '714', comment_post_ID: '71', comment_type: 'comment' }],
  };
  const { primary, listed } = await merge({}, put(rows));
  expect([listed, tablesOf(primary)]).toEqual([[], Object.keys(rows).sort()]);
});
