/** What the runbook's user may not see is not compared, and named with the right that shows it: on a real pair, under the grants of a careful administrator. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import { mariadbComparing } from '../../src/providers/database/mariadb/comparing';
import { rejoinPair, type Region, type RejoinPair } from './pair';

let at: Place;
let pair: RejoinPair;
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, dataDirectory(at));
  await pair.a.sql('USE shop; CREATE TABLE t_x (id int PRIMARY KEY, v int)');
  await compared();
  await pair.b.database.waitFor((await pair.a.database.state()).position, 60_000);
  await pair.b
    .sql(`SET sql_log_bin = 0; USE shop; CREATE TRIGGER t_zero BEFORE INSERT ON t_x FOR EACH ROW SET NEW.v = 0;
    CREATE EVENT e_x ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO SELECT 1; CREATE VIEW v_x AS SELECT id FROM t_x; CREATE PROCEDURE p_x () SELECT 1;
    ALTER TABLE t_x ADD CONSTRAINT f FOREIGN KEY (v) REFERENCES t_x (id)`);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

let key = 0;
async function compared() {
  const comparing = mariadbComparing(pair.a.options, pair.b.options);
  try {
    await comparing.compare(`key-${(key += 1)}`, { timeoutMs: 60_000 });
    return (await comparing.found(`key-${key}`))!;
  } finally {
    await comparing.close();
  }
}

const login = "runbook@'%'";
const everything = ['ALL ON shop.*', 'SELECT ON mysql.*'];
const base = 'SELECT, INSERT, UPDATE, DELETE, CREATE';

/** On this server alone; what the user had on schemas, tables and by roles is taken away first. */
async function grant(region: Region, grants: readonly string[]): Promise<void> {
  const server = region === 'A' ? pair.a : pair.b;
  const taken = (await server.sql(`SHOW GRANTS FOR ${login}`))
    .map((row) => /^GRANT .* (?<on>ON (?!\*\.\*)\S+) TO /.exec(String(Object.values(row)[0]))?.groups?.['on'])
    .filter((on) => on !== undefined)
    .map((on) => `REVOKE ALL ${on} FROM ${login}`);
  const given = grants.map((each) => (/ (?:TO|FOR) /.test(each) ? each : `GRANT ${each} TO ${login}`));
  await server.sql(['SET sql_log_bin = 0', ...taken, 'CREATE OR REPLACE ROLE r', ...given].join('; '));
}

const onlyInB = {
  triggers: 'trigger t_x.t_zero is only in B',
  events: 'event e_x is only in B',
  views: 'view v_x is only in B',
  routines: 'procedure p_x is only in B',
  'foreign keys': 'foreign key t_x.f is only in B',
};
type Kind = keyof typeof onlyInB;

test('with all rights on the schema every difference is named', async () => {
  const { definitions, notCompared } = await compared();
  expect(definitions?.sort()).toEqual(Object.values(onlyInB).sort());
  expect(notCompared).toEqual({});
});

const both = ['A', 'B'] as const;
test.each<[what: string, where: readonly Region[], grants: string[], kind: Kind | undefined, right: string]>([
  ['the right to triggers', both, [`${base}, EVENT, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*'], 'triggers', 'TRIGGER'],
  ['it on one side', ['B'], [`${base}, EVENT, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*'], 'triggers', 'TRIGGER'],
  [
    'it but on a table',
    both,
    [`${base}, EVENT, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*', 'TRIGGER ON shop.orders'],
    'triggers',
    'TRIGGER',
  ],
  [
    'it but by a pattern behind the name',
    both,
    [`${base}, EVENT, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*', 'ALL ON `sh%`.*'],
    'triggers',
    'TRIGGER',
  ],
  ['the right to events', both, [`${base}, TRIGGER, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*'], 'events', 'EVENT'],
  ['it on the primary', ['A'], [`${base}, TRIGGER, SHOW VIEW ON shop.*`, 'SELECT ON mysql.*'], 'events', 'EVENT'],
  ['the right to views', both, [`${base}, TRIGGER, EVENT ON shop.*`, 'SELECT ON mysql.*'], 'views', 'SHOW VIEW'],
  ['the right to routines', both, [`${base}, TRIGGER, EVENT, SHOW VIEW ON shop.*`], 'routines', 'EXECUTE'],
  ['nothing, by patterns', both, ['ALL ON `s_op`.*', 'SELECT ON mysql.*'], undefined, ''],
  [
    'nothing, by a role',
    both,
    [
      `${base}, EVENT, SHOW VIEW ON shop.*`,
      'SELECT ON mysql.*',
      'GRANT TRIGGER ON shop.* TO r',
      'r',
      `SET DEFAULT ROLE r FOR ${login}`,
    ],
    undefined,
    '',
  ],
])('an account that lacks %s', async (_, where, grants, kind, right) => {
  for (const region of both) await grant(region, where.includes(region) ? grants : everything);
  const { definitions, notCompared } = await compared();
  for (const region of both) await grant(region, everything);
  const told = Object.entries(onlyInB).filter(([each]) => each !== kind);
  expect(definitions?.sort()).toEqual(told.map(([, sentence]) => sentence).sort());
  const [name, there] = ["'runbook'@'%'", where.join(' and ')];
  expect(notCompared).toEqual(
    kind === undefined
      ? {}
      : {
          [`all ${kind}`]: `${name} lacks ${right} on shop in ${there}; type there: GRANT ${right} ON \`shop\`.* TO ${name}`,
        },
  );
});

test('an account that may only read, but for what a comparison writes', async () => {
  const grants = ['SELECT ON shop.*', 'ALL ON shop.handover_checksums', 'ALL ON shop.handover_compared'];
  for (const region of both) await grant(region, grants);
  const { definitions, unequal, notCompared } = await compared();
  for (const region of both) await grant(region, everything);
  expect({ definitions, unequal }).toEqual({ definitions: [], unequal: [] });
  expect(Object.keys(notCompared ?? {}).sort()).toEqual(
    Object.keys(onlyInB)
      .map((kind) => `all ${kind}`)
      .sort(),
  );
});
