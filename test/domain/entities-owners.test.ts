/** Whose a row is: every item that is named has a number, or the table and key of its row. */
import { ownerOf } from '../../src/domain/salvage/entities/owners';
import { shopTablesOf } from '../../src/domain/salvage/entities/tables';
import type { TableShape } from '../../src/domain/salvage/transaction';

const table = (name: string): [string, TableShape] => [name, { name, columns: [], primary: ['ID'], uniques: [] }];
const tables = shopTablesOf(new Map(['wp_users', 'wp_posts', 'wp_options'].map(table)));
const owner = (row: Record<string, string>) => ownerOf('wp_users', '5', row, tables, () => null);

test('a customer is named by their number', () => {
  expect(owner({ ID: '5' })).toMatchObject({ kind: 'customer', id: '5' });
});

test('a row whose number can not be read is named by its table and key, never as a customer without a number', () => {
  expect(owner({})).toMatchObject({ kind: 'rows', id: 'wp_users 5' });
});
