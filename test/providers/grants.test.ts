/** What `npx handover grants` prints, typed on a real MariaDB: it is enough for every rule on rights, and each right of it is missed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readSite } from '../../src/config/load';
import { replicationRights, runbookRights } from '../../src/domain/grants';
import { grantsOf } from '../../src/starters/grants';
import { inspectedPair, type InspectedPair } from './inspected-pair';

const source = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');
type Tree = { regions: Record<string, { database: Record<string, string> }> };
const accounts = { user: 'keeper', replicationUser: 'follower', shopUser: 'web' };

/** The lab's site with other accounts in the named regions. */
function siteWith(regions: readonly string[]) {
  const tree = parse(source) as Tree;
  for (const region of regions) Object.assign(tree.regions[region]!.database, accounts);
  return readSite(stringify(tree), 'lab');
}
const printed = grantsOf(siteWith(['A', 'B']));

let pair: InspectedPair;
/** B is asked by the account that was made. */
const asked = { of: { ...accounts, password: 'secret' } };
const keeper = "'keeper'@'%'";
const rulesOnRights = [
  "rights of the shop's user",
  'definers',
  "rights of the runbook's user",
  'readers of the records',
  'rights of the replication user',
] as const;

beforeAll(async () => {
  pair = await inspectedPair();
  await pair.a.sql(printed.replace(/<[^>]*>/g, "'secret'"));
  await pair.caughtUp();
});
afterAll(() => pair.close());

const typed = async (statement: string) => {
  await pair.a.sql(statement);
  await pair.caughtUp();
};

test.each(rulesOnRights)('the accounts that it makes pass the rule on %s', async (name) => {
  expect(await pair.verdict(name, asked)).toMatchObject({ state: 'ok' });
});

const { server, schema, records } = runbookRights;
const single = [
  ...server.filter((right) => right !== 'SET USER').map((right) => [right, '*.*', right] as const),
  ...schema.map((right) => [right, '`shop`.*', `${right} on the schema`] as const),
  ...records.map((right) => [right, '`handover\\_shop`.*', `${right} on the records`] as const),
];

test.each(single)("without %s on %s the rule on the runbook's rights names it", async (right, on, word) => {
  await typed(`REVOKE ${right} ON ${on} FROM ${keeper}`);
  const { state, because } = await pair.verdict("rights of the runbook's user", asked);
  await typed(`GRANT ${right} ON ${on} TO ${keeper}`);
  expect([state, because]).toEqual(['wrong', expect.stringContaining(`on B keeper@% lacks ${word};`)]);
});

test("a right without which the server refuses another question is named by the rule on the runbook's rights all the same", async () => {
  await typed(`REVOKE SUPER, SLAVE MONITOR ON *.* FROM ${keeper}`);
  const { state, because } = await pair.verdict("rights of the runbook's user", asked);
  await typed(`GRANT SUPER, SLAVE MONITOR ON *.* TO ${keeper}`);
  expect([state, because]).toEqual(['wrong', expect.stringContaining('on B keeper@% lacks SLAVE MONITOR, SUPER;')]);
});

test('without SET USER the rule names it on MariaDB 11, where SUPER does not contain it', async () => {
  await typed(`REVOKE SET USER ON *.* FROM ${keeper}`);
  const { state } = await pair.verdict("rights of the runbook's user", asked);
  const [{ version } = {}] = await pair.b.sql('SELECT @@version AS version');
  await typed(`GRANT SET USER ON *.* TO ${keeper}`);
  expect(state).toBe(Number.parseInt(String(version)) < 11 ? 'ok' : 'wrong');
});

test('without SELECT on mysql.* no rule on rights is fine, and each says what to grant', async () => {
  await typed(`REVOKE SELECT ON mysql.* FROM ${keeper}`);
  const found = await pair.verdicts(asked);
  await typed(`GRANT SELECT ON mysql.* TO ${keeper}`);
  const rights = found.filter(({ rule }) => rulesOnRights.some((name) => name === rule.name));
  expect(rights.map(({ state, because }) => [state, because])).toEqual(
    rulesOnRights.map(() => ['unknown', expect.stringContaining('GRANT SELECT ON mysql.* TO') as string]),
  );
});

test.each(replicationRights)('without %s the rule on the replication user names it', async (right) => {
  await typed(`REVOKE ${right} ON *.* FROM follower@'%'`);
  const { state, because } = await pair.verdict('rights of the replication user', asked);
  await typed(`GRANT ${right} ON *.* TO follower@'%'`);
  expect([state, because]).toEqual(['wrong', expect.stringContaining(`follower@% lacks ${right}`)]);
});

test('rights that come by a role count', async () => {
  await typed(`REVOKE EVENT ON \`shop\`.* FROM ${keeper}; CREATE ROLE events; GRANT EVENT ON shop.* TO events;
    GRANT events TO ${keeper}; SET DEFAULT ROLE events FOR ${keeper}`);
  const { state } = await pair.verdict("rights of the runbook's user", asked);
  await typed(`SET DEFAULT ROLE NONE FOR ${keeper}; DROP ROLE events; GRANT EVENT ON \`shop\`.* TO ${keeper}`);
  expect(state).toBe('ok');
});

test('typed a second time it changes nothing', async () => {
  await typed(printed.replace(/<[^>]*>/g, "'secret'"));
  expect(await pair.verdict("rights of the runbook's user", asked)).toMatchObject({ state: 'ok' });
});

test('pasted without passwords it is refused by the server, and makes no account', async () => {
  await pair.a.sql("DROP USER observer@'%'");
  await expect(pair.a.sql(printed)).rejects.toThrow(/syntax/);
  expect(await pair.a.sql("SELECT user FROM mysql.global_priv WHERE user = 'observer'")).toEqual([]);
});

describe('what is printed', () => {
  test('says where each password belongs, and holds none', () => {
    expect(printed).toContain(
      "CREATE USER IF NOT EXISTS 'keeper'@'%' IDENTIFIED BY <the content of file:db-runbook> REQUIRE SSL;",
    );
    expect(printed).toContain(
      "CREATE USER IF NOT EXISTS 'follower'@'%' IDENTIFIED BY <the content of file:db-repl> REQUIRE SSL;",
    );
    expect(printed).toContain(
      "CREATE USER IF NOT EXISTS 'web'@'localhost' IDENTIFIED BY <DB_PASSWORD of wp-config.php>;",
    );
  });

  test('names the other region where its accounts are called otherwise', () => {
    const site = siteWith(['B']);
    expect(grantsOf(site)).toContain('npx handover grants lab --region B');
    expect(grantsOf(site, 'B')).toContain('follower');
    expect(printed).not.toContain('--region');
  });

  test('a region that the site does not have is refused', () => {
    expect(() => grantsOf(siteWith([]), 'C')).toThrow('lab has no region C; its regions are A and B.');
  });

  test('an underscore in the name of the schema stands for itself', () => {
    const site = readSite(source.replace('database: shop', 'database: wp_shop'), 'lab');
    expect(grantsOf(site)).toContain('ON `wp\\_shop`.*');
  });
});
