/** The examples in `sites` are what a newcomer copies: they load, take no risk that nobody chose, and say in one line what each field is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSite } from '../../src/config/load';
import { grantsOf } from '../../src/starters/grants';

describe.each([
  ['example', 'mariadb'],
  ['example-mysql', 'mysql'],
])('sites/%s.yaml', (name, database) => {
  const source = readFileSync(join(__dirname, `../../sites/${name}.yaml`), 'utf8');
  const site = readSite(source, name);

  test('both of its regions have that database, and its accounts can be printed', () => {
    expect(Object.values(site.regions).map((region) => region.database.kind)).toEqual([database, database]);
    expect(grantsOf(site)).toContain(`npx handover drill ${name}`);
  });

  test('it is a shop without a table and without session stores', () => {
    expect([site.table, ...Object.values(site.regions).map(({ sessions }) => sessions)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('it leaves each choice that can lose orders to a person, and nothing may break it on purpose', () => {
    expect(site).toMatchObject({ policy: { automatic: false, unfenced: 'ask', majorityActs: false } });
    expect(site.faultInjector).toBeUndefined();
    expect(source).not.toMatch(/proceed|\.test\b|\/srv|lab/);
  });

  test('somebody is called, and customers are moved at DigitalOcean', () => {
    expect(site.alerts.map(({ kind }) => kind)).toEqual(['pagerduty', 'slack']);
    expect(site.dns.provider.kind).toBe('digitalocean');
  });

  test.each(source.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')))(
    '"%s" is explained',
    (line) => {
      expect(line).toMatch(/\S +# \S/);
    },
  );

  test('it shows every field that a shop of its kind may have', () => {
    const paths = [...source.matchAll(/^ *(?:- )?(\w+):/gm)].map(([, key]) => key);
    const wanted = [
      'shopUser',
      'sourceCa',
      'canaryToken',
      'idTables',
      'counters',
      'resolvers',
      'mirrorEvery',
      'workDirectory',
    ];
    expect(wanted.filter((key) => !paths.includes(key))).toEqual([]);
  });
});
