/** The shop's schema: what can be replicated, compared and recovered. */
import { inEachRegion, named, type Rule } from './rule';

export const schemaRules: readonly Rule[] = [
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
      wanted: 'one for every table',
      why: 'a rejoin cannot tell two rows of a table apart without a key',
      set: 'On the primary type: ALTER TABLE wp_example ADD PRIMARY KEY (id); for each of them, with a column that is unique.',
      fine: 'Every table of the shop has a primary key.',
      advisory: 'a rejoin lists every transaction on such a table for a person',
    },
    ({ tables }, region) => {
      const found = tables.filter(({ primaryKey }) => !primaryKey).map(({ name }) => name);
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
