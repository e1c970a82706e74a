/** What of a deposed region's log is left to a person without belonging to a row. */
import { ApartInLog } from '../../src/activities/salvage/apart';
import type { ErrantTransaction } from '../../src/domain/salvage/transaction';

const transaction = (number: number, more: Partial<ErrantTransaction>): ErrantTransaction => ({
  gtid: `0-1-${number}`,
  atMs: 0,
  changes: [],
  statements: [],
  unread: [],
  unreadTables: [],
  ...more,
});

test('rows that can not be read are one item for each reason, and each statement is one', () => {
  const apart = new ApartInLog();
  apart.add(transaction(1, { unread: ['Its rows of wp_a can not be read.'] }));
  apart.add(
    transaction(2, {
      unread: [
        'Its rows of wp_a can not be read.',
        'Its rows of wp_b can not be read.',
        'Its rows of wp_c can not be read.',
      ],
    }),
  );
  apart.add(transaction(3, { statements: ['ALTER TABLE wp_a'] }));
  apart.add(transaction(4, { statements: ['ALTER TABLE wp_a', 'UPDATE wp_b'], unread: ['It has more.'] }));
  expect(apart.items.map(({ id, because }) => `${id}: ${because}`)).toEqual([
    'transaction 0-1-3: It is a statement, not a row change: ALTER TABLE wp_a.',
    'transaction 0-1-4: It is a statement, not a row change: ALTER TABLE wp_a.',
    'transaction 0-1-4 (2): It is a statement, not a row change: UPDATE wp_b.',
    'transaction 0-1-1: Its rows of wp_a can not be read. So it is in 2 transactions.',
    'transaction 0-1-2: Its rows of wp_b can not be read.',
    'transaction 0-1-2 (2): Its rows of wp_c can not be read.',
    'transaction 0-1-4 (3): It has more.',
  ]);
});

test('what was prepared in two phases is an item, and holds its tables, where the log does not decide it', () => {
  const prepared = (id: string) => ({ prepared: { id, because: `${id} is not decided.`, tables: [`wp_${id}`] } });
  const apart = new ApartInLog();
  apart.add(transaction(1, prepared('a')));
  apart.add(transaction(2, prepared('b')));
  apart.add(transaction(3, { decides: 'a', unreadTables: ['wp_c'] }));
  expect(apart.items.map(({ id, because }) => `${id}: ${because}`)).toEqual(['transaction 0-1-2: b is not decided.']);
  expect([...apart.unreadTables]).toEqual(['wp_c', 'wp_b']);
});
