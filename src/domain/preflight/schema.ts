/** The shop's schema: what can be replicated, compared and recovered. */
import type { TableWords } from '../salvage/entities/tables';
import type { Facts } from './facts';
import { inEachRegion, named, type Rule } from './rule';

const ownTables = ['handover_epoch', 'handover_heartbeat'];

export const schemaRules: readonly Rule[] = [
  inEachRegion(
    'schema',
    {
      name: "handover's own tables",
      wanted: `there: ${ownTables.join(' and ')}`,
      why: 'without them no region is known as the primary, and nothing is moved',
      set: 'Type: npx handover prepare SITE',
      fine: 'Each region has them.',
    },
    ({ tables }, region) => {
      const missing = ownTables.filter((table) => tables.every(({ name }) => name !== table));
      return missing.length === 0 ? undefined : `${region} has no ${named(missing)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'engines of the tables',
      wanted: 'InnoDB or another engine with transactions',
      why: 'a fence in the middle of a write leaves half of it in such a table, a comparison of the regions leaves it out, and a rejoin lists its rows for a person',
      set: 'On the primary type: ALTER TABLE wp_example ENGINE = InnoDB; for each of them.',
      fine: 'Every table of the shop has transactions.',
    },
    ({ tables }, region) => {
      const found = tables.filter(({ transactional }) => !transactional);
      const list = found.map(({ name, engine }) => `${name} (${engine})`);
      return found.length === 0 ? undefined : `tables of ${region} have an engine without transactions: ${named(list)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'primary keys',
      wanted: 'one for every table, or a key in shop.tables',
      why: 'a rejoin cannot tell two rows of a table apart without a key',
      set: 'On the primary type: ALTER TABLE wp_example ADD PRIMARY KEY (id); for each of them, with a column that is unique. Or write into shop.tables of the site file: wp_example: { role: rows, key: [code] } with the columns of a unique key that takes no NULL; or: wp_example: { role: never } for one that no rejoin shall touch.',
      fine: 'Every table of the shop has a primary key, or what the site file names in its place.',
      advisory: 'a rejoin lists every transaction on such a table for a person',
    },
    ({ tables }, region, { shopTables = {} }) => {
      const lacking = tables.filter(({ primaryKey }) => !primaryKey);
      const found = lacking.map(({ name }) => name).filter((name) => !isToldApart(shopTables[name]));
      return found.length === 0 ? undefined : `tables of ${region} have no primary key: ${named(found)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'shop.idTables',
      wanted: "a list of tables of the shop's schema that have AUTO_INCREMENT",
      why: 'a promotion raises the ids of these tables and is refused when one is missing',
      set: 'Correct shop.idTables in the site file.',
      fine: 'Every table of shop.idTables has AUTO_INCREMENT.',
    },
    ({ tables }, region, { idTables }) => {
      const giving = new Set(tables.filter(({ autoIncrement }) => autoIncrement).map(({ name }) => name));
      const found = idTables.filter((name) => !giving.has(name));
      return found.length === 0 ? undefined : `${region} has no table with AUTO_INCREMENT named ${named(found)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'shop.counters',
      wanted: "a list of TABLE.COLUMN with tables of the shop's schema",
      why: 'a rejoin would keep the count of one region alone where the name is wrong',
      set: 'Correct shop.counters in the site file.',
      fine: 'Every table of shop.counters is there.',
      advisory: 'the counters of WooCommerce itself need no entry',
    },
    ({ tables }, region, { counters = [] }) => {
      const there = new Set(tables.map(({ name }) => name));
      const found = counters.filter((counter) => !there.has(tableOf(counter)));
      const said = found.map((counter) => `${tableOf(counter)} of ${counter}`);
      return found.length === 0 ? undefined : `${region} has no table ${named(said)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'shop.tables',
      wanted: "a list of tables of the shop's schema, each with a key",
      why: 'a rejoin would take a table whose name is wrong by the rule for tables that nobody named, and list rows without a key for a person',
      set: 'Correct shop.tables in the site file; as `key` name the columns of a unique key that takes no NULL.',
      fine: 'Every table of shop.tables is there and has its key.',
    },
    ({ tables }, region, { shopTables = {} }) => {
      const flaws = Object.entries(shopTables).flatMap(([name, said]) => shopTableFlaw(name, said, tables));
      return flaws.length === 0 ? undefined : `${region} has ${named(flaws)}`;
    },
  ),
  inEachRegion(
    'schema',
    {
      name: 'triggers',
      wanted: 'none',
      why: 'a trigger would act a second time on an order that a rejoin recovers',
      set: 'If the shop can do without it, on the primary type: DROP TRIGGER wp_example;',
      fine: 'The shop has no triggers.',
      advisory: 'a rejoin lists every transaction on a table with triggers for a person',
    },
    ({ programs }, region) => {
      const found = programs.filter(({ kind }) => kind === 'trigger').map(({ name }) => name);
      return found.length === 0 ? undefined : `${region} has the triggers ${named(found)}`;
    },
  ),
];

const tableOf = (counter: string): string => counter.split('.')[0] ?? '';

/** Whether its rows need no primary key. That a key which is named is one, the rule of shop.tables looks at. */
const isToldApart = (said: TableWords | undefined): boolean =>
  said !== undefined && (said.key !== undefined || ['never', 'ephemeral'].includes(said.role));

function shopTableFlaw(name: string, { role, key }: TableWords, tables: Facts<'schema'>['tables']): string[] {
  const table = tables.find((each) => each.name === name);
  if (!table) return [`no table named ${name}`];
  if (key) {
    const isKey = (table.keys ?? [key]).some((columns) => [...columns].sort().join() === [...key].sort().join());
    return isKey ? [] : [`no unique key of ${name} on ${key.join(', ')}`];
  }
  return table.primaryKey || role === 'never' || role === 'ephemeral' ? [] : [`no primary key in ${name}`];
}
