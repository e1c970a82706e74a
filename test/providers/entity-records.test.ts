/** The records of a salvage: one row each, under a key that holds nothing of a customer's. */
import type { Found } from '../../src/domain/salvage/entities/gather';
import { entityKey, keepEntityRecords } from '../../src/providers/database/mariadb/entity-records';
import type { SalvageOptions } from '../../src/providers/database/mariadb/options';

const options = { database: 'shop' } as SalvageOptions;
const thing = (kind: Found['kind'], id: string): Found => ({ kind, id, theirs: [], ours: [] });
const ruling = { outcome: 'copied', because: 'x', writes: [], orderKey: '', orderId: '', keptOrderId: '' } as const;

test('a log of several streams is recorded under all of their points', () => {
  const settled = [{ found: thing('order', '109'), ruling: { ...ruling, writes: [] } }];
  const [statement] = keepEntityRecords(options, settled, {
    promotionPoint: '0-1-100,7-3-50',
    epoch: 2,
    upTo: '0-1-120',
  });
  expect(statement).toContain("('0-1-100,7-3-50', 'order 109', '1', 2,");
});

test.each<[Found, RegExp]>([
  [thing('order', '109'), /^order 109$/],
  [thing('customer', 'guest 39'), /^customer guest 39$/],
  [thing('rows', 'wp_points 7'), /^wp_points 7$/],
  [thing('rows', 'wp_tokens ada@shop.test'), /^wp_tokens #[0-9a-f]{20}$/],
  [thing('session', 't_0123456789'), /^session #[0-9a-f]{20}$/],
  [thing('option', 'o'.repeat(190)), /^option o{33} #[0-9a-f]{20}$/],
])('%j has a key of its own', (found, key) => {
  expect(entityKey(found)).toMatch(key);
  expect(entityKey(found).length).toBeLessThanOrEqual(64);
});
