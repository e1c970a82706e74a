import { judged, rules } from '../../src/domain/preflight';
import type { Preflight } from '../../src/domain/preflight/facts';
import { soundPreflight } from '../world/inspection';
import { all, change, part, shopTables, table, variable, versions, wrong } from './preflight-rows';

const of = (preflight: Preflight, name: string) => judged(preflight).find(({ rule }) => rule.name === name)!;

test('servers that are set as they must be pass every rule', () => {
  expect(judged(soundPreflight()).filter(({ state }) => state !== 'ok')).toEqual([]);
});

test.each(wrong)('%s is found wrong, with its value, the value wanted and what to do', (name, prepare, beginning) => {
  const preflight = soundPreflight();
  prepare(preflight);
  const { state, because, rule } = of(preflight, name);
  expect(state).toBe('wrong');
  expect(because.slice(0, beginning.length)).toBe(beginning);
  expect(because).toContain(`because ${rule.why}. ${rule.set}`);
});

test.each(wrong)('a wrong %s makes no other rule wrong, unless that rests on the same setting', (name, prepare) => {
  const preflight = soundPreflight();
  prepare(preflight);
  const others = judged(preflight).filter(({ rule, state }) => rule.name !== name && state !== 'ok');
  const sharing = ['ids of the two regions', 'event_scheduler', 'triggers', 'definers'];
  expect(others.filter(({ rule }) => !sharing.includes(rule.name))).toEqual([]);
});

test('every rule has a way to be wrong', () => {
  expect([...new Set(wrong.map(([name]) => name))].sort()).toEqual(rules.map(({ name }) => name).sort());
});

test.each(rules.map(({ name }) => name))('%s is unknown, never ok, where nothing could be read', (name) => {
  const unread = { unread: 'It does not answer.' };
  const none = { settings: unread, schema: unread, rights: unread, host: unread, shop: unread };
  const { state, because } = of({ ...soundPreflight(), regions: { A: none, B: none } }, name);
  expect(state).toBe('unknown');
  expect(because).toMatch(/^Unknown: .*It could not be read on A: It does not answer\./);
});

test.each(rules.map(({ name }) => name))('%s is unknown where one region could not be read', (name) => {
  const sound = soundPreflight();
  const unread = { unread: 'It does not answer.' };
  const none = { settings: unread, schema: unread, rights: unread, host: unread, shop: unread };
  expect(of({ ...sound, regions: { ...sound.regions, B: none } }, name).state).toBe('unknown');
});

test('a variable that a server does not have is unknown', () => {
  const preflight = soundPreflight();
  delete (part(preflight, 'B', 'settings').variables as Record<string, string>)['binlog_row_metadata'];
  expect(of(preflight, 'binlog_row_metadata')).toMatchObject({
    state: 'unknown',
    because: expect.stringMatching(/^Unknown: B's server has no variable binlog_row_metadata\. /) as string,
  });
});

test('a table of shop.tables without a primary key needs the columns of another key', () => {
  const preflight = soundPreflight();
  all(table('wp_old', { primaryKey: false }), shopTables({ wp_old: { role: 'rows' } }))(preflight);
  expect(of(preflight, 'shop.tables').because).toContain('B has no primary key in wp_old');
});

test('ids that a promotion raises in every table need no step of their own', () => {
  const preflight = soundPreflight();
  variable('auto_increment_offset', '1')(preflight);
  expect(of(preflight, 'ids of the two regions').state).toBe('ok');
});

test('without the tables nobody knows whether a promotion raises the ids of all', () => {
  const preflight = soundPreflight();
  variable('auto_increment_offset', '1')(preflight);
  Object.assign(preflight.regions['A']!, { schema: { unread: 'x' } });
  Object.assign(preflight.regions['B']!, { schema: { unread: 'x' } });
  expect(of(preflight, 'ids of the two regions')).toMatchObject({ state: 'unknown' });
});

test('of databases without rules only what the shop tells is judged', () => {
  expect(judged({ ...soundPreflight(), uninspected: true }).map(({ rule }) => rule.name)).toEqual([
    'certificate of the shop',
    'table prefix',
    'storage of orders',
    'types of orders',
    'oldest versions',
    'versions of WordPress and plugins',
  ]);
});

test('a clock that may or may not be within the limit is unknown', () => {
  const preflight = soundPreflight();
  change('settings', { clock: { aheadMs: 900, errorMs: 300 } })(preflight);
  expect(of(preflight, 'clock of the database').state).toBe('unknown');
});

test('a newer patch on the standby is the way to upgrade', () => {
  const preflight = soundPreflight();
  variable('version', '10.11.20-MariaDB')(preflight);
  expect(of(preflight, 'version').state).toBe('ok');
});

test('a warning says why it stops no transfer, and a fatal rule does not', () => {
  for (const [name, prepare] of wrong) {
    const preflight = soundPreflight();
    prepare(preflight);
    const { because, fails, rule } = of(preflight, name);
    expect(fails).toBe(rule.advisory === undefined || rule.advisoryIf === 'unknown');
    expect(because.includes(' It stops no transfer: ')).toBe(!fails);
  }
});

test.each<[string, NonNullable<Preflight['shopTables']>]>([
  ['has another key in the site file', { wp_old: { role: 'rows', key: ['code'] } }],
  ['is worth nothing to a rejoin', { wp_old: { role: 'ephemeral' } }],
  ['is never brought over', { wp_old: { role: 'never' } }],
])('a table without a primary key that %s needs none', (_what, tables) => {
  const preflight = soundPreflight();
  for (const region of ['A', 'B'])
    (part(preflight, region, 'schema').tables as object[]).push({
      name: 'wp_old',
      engine: 'InnoDB',
      transactional: true,
      primaryKey: false,
      keys: [['code']],
      autoIncrement: false,
    });
  shopTables(tables)(preflight);
  expect(judged(preflight).filter(({ state }) => state !== 'ok')).toEqual([]);
});

test('newer versions are no older ones, and a shop without WooCommerce is none with an old one', () => {
  for (const told of [{ wordpress: '10.0' }, { woocommerce: '11.0.1 0123456789ab' }, { woocommerce: undefined }]) {
    const preflight = soundPreflight();
    versions(told, 'A', 'B')(preflight);
    expect(of(preflight, 'oldest versions').state).toBe('ok');
  }
});
