/** What of a deposed region's log is left to a person without belonging to a row. */
import { ApartInLog } from '../../src/activities/salvage/apart';

const transaction = (number: number, more: { statements?: string[]; unread?: string[] }) => ({
  gtid: `0-1-${number}`,
  atMs: 0,
  changes: [],
  statements: [],
  unread: [],
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
  apart.add(transaction(4, { statements: ['ALTER TABLE wp_a'] }));
  expect(apart.items.map(({ id, because }) => `${id}: ${because}`)).toEqual([
    'transaction 0-1-3: It is a statement, not a row change: ALTER TABLE wp_a.',
    'transaction 0-1-4: It is a statement, not a row change: ALTER TABLE wp_a.',
    'transaction 0-1-1: Its rows of wp_a can not be read. So it is in 2 transactions.',
    'transaction 0-1-2: Its rows of wp_b can not be read.',
    'transaction 0-1-2 (2): Its rows of wp_c can not be read.',
  ]);
});
