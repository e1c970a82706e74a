/** What the primary's shop changed by itself since an earlier salvage, told from what that salvage brought over. */
import { ownSince } from '../../src/domain/salvage/entities/again';
import { Fold, memoryArena } from '../../src/domain/salvage/entities/fold';
import type { Change, Row } from '../../src/domain/salvage/transaction';
import { shapesWith } from './entities-world';

const table = 'wp_wc_order_operational_data';
const marks = (reduced: string, recorded: string): Row => ({
  id: '71',
  order_id: '7',
  order_key: 'key_7',
  date_paid_gmt: null,
  order_stock_reduced: reduced,
  recorded_sales: recorded,
  coupon_usages_are_counted: '0',
});
const set = (before: Row, after: Row): Change => ({ action: 'update', table, before, after });
const none = marks('0', '0');

function foldOf(changes: readonly Change[]): Fold {
  const fold = new Fold(shapesWith('wp_'), memoryArena());
  for (const change of changes) fold.add(change);
  return fold;
}

/** The order's row as the primary's own change shows it. */
function own(whole: Change[], later: Change[], ours: Change[]) {
  const into = foldOf([]);
  ownSince(foldOf(ours), into, { whole: foldOf(whole), later: foldOf(later) });
  return [...into.nets()][0];
}

test('what the shop did not change is as the salvage brought it over', () => {
  const taken = set(none, marks('1', '0'));
  expect(own([taken], [], [set(none, marks('0', '1'))])).toMatchObject({
    before: marks('1', '0'),
    after: marks('1', '1'),
  });
});

test('what the shop and the deposed region did alike before the salvage is no change since', () => {
  const taken = set(none, marks('1', '0'));
  expect(own([taken], [], [taken])).toBeUndefined();
});

test('what the shop did that the deposed region did after the salvage is a change since', () => {
  const sold = set(none, marks('0', '1'));
  expect(own([sold], [sold], [sold])).toMatchObject({ before: none, after: marks('0', '1') });
});

test('a row that the salvage brought over and the shop deleted is deleted since', () => {
  const made: Change = { action: 'insert', table, after: none };
  expect(own([made], [], [{ action: 'delete', table, before: none }])).toMatchObject({ before: none });
});
