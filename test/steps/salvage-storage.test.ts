/** Where WooCommerce keeps orders is one setting of both regions: a salvage into the other storage would hide orders. */
import { salvageEntities } from '../../src/activities/salvage/entities';
import type { Change, ErrantTransaction, Row, Shapes } from '../../src/domain/salvage/transaction';
import type { Salvage } from '../../src/ports/rejoin';

const columns = ['option_id', 'option_name', 'option_value'];
const shapes: Shapes = new Map(
  ['wp_options', 'wp_posts'].map((name) => [
    name,
    {
      name,
      columns: columns.map((column) => ({ name: column, kind: 'text', unsigned: false, charset: '' }) as const),
      primary: ['option_id'],
      uniques: [['option_name']],
    },
  ]),
);

const name = 'woocommerce_custom_orders_table_enabled';
const row = (value: string): Row => ({ option_id: '7', option_name: name, option_value: value });
const set = (before: string, after: string): Change => ({
  action: 'update',
  table: 'wp_options',
  before: row(before),
  after: row(after),
});
const made = (value: string): Change => ({ action: 'insert', table: 'wp_options', after: row(value) });
const other: Change = { action: 'insert', table: 'wp_options', after: { ...row('no'), option_name: 'blogname' } };

const logOf = (changes: Change[]) => () =>
  (async function* () {
    for (const [at, change] of changes.entries())
      yield await Promise.resolve<ErrantTransaction>({
        gtid: `0-1-${at}`,
        atMs: 0,
        changes: [change],
        statements: [],
        unread: [],
        unreadTables: [],
      });
  })();

/** What a salvage writes, or why it does not begin. `present` is the setting of the primary now. */
async function salvaged(theirs: Change[], ours: Change[], present: string | undefined): Promise<string> {
  let settled = 0;
  const salvage: Pick<Salvage, 'shapes' | 'look' | 'records' | 'settle'> = {
    shapes: () => Promise.resolve(shapes),
    records: () => Promise.resolve([]),
    look: (looks) => Promise.resolve(looks.map(() => (present === undefined ? [] : [row(present)]))),
    settle: () => {
      settled += 1;
      return Promise.resolve([]);
    },
  };
  const work = {
    theirs: logOf(theirs),
    ours: logOf(ours),
    salvage: salvage as Salvage,
    promotionPoint: '0-1-0',
    upTo: '0-1-9',
    behind: () => undefined,
    epoch: 2,
    shop: { counters: [] },
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
    onSettled: () => undefined,
  };
  const because = await salvageEntities(work).then(
    () => '',
    (error: unknown) => String(error),
  );
  if (because !== '') expect(settled).toBe(0);
  return because;
}

test.each<[string, Change[], Change[], string | undefined, string, string]>([
  ['the deposed region changed it', [set('no', 'yes')], [], 'no', 'no', 'yes'],
  ['the deposed region changed it back from the tables', [set('yes', 'no')], [], 'yes', 'yes', 'no'],
  ['the primary changed it', [other], [set('no', 'yes')], 'yes', 'yes', 'no'],
  ['the primary changed it first and nothing was there', [other], [made('yes')], 'yes', 'yes', 'no'],
  ['the deposed region made it', [made('yes')], [], undefined, 'no', 'yes'],
])(
  'where %s, nothing is written, and the sentence says what to type',
  async (_what, theirs, ours, now, here, there) => {
    expect(await salvaged(theirs, ours, now)).toMatch(
      new RegExp(
        `^PortError: woocommerce_custom_orders_table_enabled is ${here} on the primary and ${there} in the deposed region, so .* On the primary type: wp wc hpos sync; wp wc hpos ${there === 'yes' ? 'enable' : 'disable'} --with-sync; then start the rejoin again`,
        's',
      ),
    );
  },
);

test.each<[string, Change[], Change[], string | undefined]>([
  ['neither changed it', [other], [], 'yes'],
  ['both changed it alike', [set('no', 'yes')], [set('no', 'yes')], 'yes'],
  ['the deposed region changed it and back again', [set('no', 'yes'), set('yes', 'no')], [], 'no'],
  ['a person set the primary back', [other], [set('no', 'yes'), set('yes', 'no')], 'no'],
  ['the deposed region wrote that orders are posts, which is so without it', [made('no')], [], undefined],
])('where %s, the salvage goes on', async (_what, theirs, ours, now) => {
  expect(await salvaged(theirs, ours, now)).toBe('');
});
