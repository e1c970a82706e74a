/** What the step says of a comparison, and what became of the replica: on real pairs, of which one region rejoins. */
import { freshPairs, partWays } from './apart';
import { planOf, runSteps, type Journal } from './run';
import type { Plan } from '../../src/domain/plan/plan';
import { sentenceOf } from '../../src/domain/sentence';

const pair = freshPairs();
const behind = 'SET sql_log_bin = 0; USE shop; ';

/** The rejoin up to the comparison, with `there` changed on A alone; answers what follows. */
async function differing(both: string, there: string): Promise<() => Promise<string>> {
  await pair().a.sql(`USE shop; ${both}`);
  await partWays(pair());
  const plan: Plan = await planOf(pair());
  const journal: Journal = await runSteps(pair(), plan, { until: 'attach-rejoined' });
  await pair().a.sql(behind + there);
  return () =>
    runSteps(pair(), plan, { journal }).then(({ done }) => done['compare-databases']?.because ?? '', sentenceOf);
}

const source = async () => (await pair().a.database.state()).replica;

test('a sentence holds no value of a key that is a text', async () => {
  const compare = await differing(
    "CREATE TABLE wp_s (session_key varchar(100) PRIMARY KEY, v int) CHARSET utf8mb4; INSERT INTO wp_s VALUES ('planted.customer@customers.test', 1)",
    'UPDATE wp_s SET v = 2',
  );
  const sentence = await compare();
  expect(sentence).toMatch(/differ in 1 of \d+ tables \(wp_s\): wp_s: part 0 by session_key\..* A is detached/);
  expect(sentence).not.toContain('planted');
  expect(await source()).toBeUndefined();
});

test('a replica with a trigger, a unique key and a table of its own is detached, and the sentence names them', async () => {
  const compare = await differing(
    'DO 0',
    'CREATE TABLE wp_more (id int PRIMARY KEY); CREATE TRIGGER t BEFORE INSERT ON wp_wc_orders FOR EACH ROW SET NEW.total_amount = 0; ALTER TABLE wp_wc_orders ADD UNIQUE KEY mail (billing_email)',
  );
  const sentence = await compare();
  for (const name of ['table wp_more', 'trigger wp_wc_orders.t', 'unique key wp_wc_orders.mail'])
    expect(sentence).toContain(`${name} is only in A`);
  expect(await source()).toBeUndefined();
});

test.each([
  ['procedure', 'procedure left_over', 'CREATE PROCEDURE left_over() SQL SECURITY INVOKER SELECT 1'],
  ['view', 'view left_over', 'CREATE VIEW left_over AS SELECT 1 AS one'],
  ['event', 'event left_over', 'CREATE EVENT left_over ON SCHEDULE EVERY 1 DAY DO DO 0'],
  [
    'trigger',
    'trigger wp_wc_orders.left_over',
    'CREATE TRIGGER left_over BEFORE INSERT ON wp_wc_orders FOR EACH ROW DO 0',
  ],
])('one %s that only the replica has is gone after the rejoin that the sentence names', async (_kind, named, there) => {
  const compare = await differing('DO 0', there);
  expect(await compare()).toContain(`${named} is only in A`);
  const { done } = await runSteps(pair(), await planOf(pair()), { key: 'again' });
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
});

test('a replica whose table has other partitions than the primary is detached, and the sentence names them', async () => {
  const compare = await differing(
    'CREATE TABLE wp_part (id int PRIMARY KEY, v int)',
    'ALTER TABLE wp_part PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))',
  );
  expect(await compare()).toContain('partitioning wp_part is only in A');
  expect(await source()).toBeUndefined();
});

test('a replica that can not be detached is never said to be, and is once the right is back', async () => {
  const compare = await differing(
    'CREATE TABLE wp_s (id int PRIMARY KEY, v int); INSERT INTO wp_s VALUES (1, 1)',
    'UPDATE wp_s SET v = 2',
  );
  const rights = 'REPLICATION SLAVE ADMIN, SUPER ON *.*';
  const login = "runbook@'%'";
  await pair().a.sql(`SET sql_log_bin = 0; REVOKE ${rights} FROM ${login}`);
  const sessions = await pair().rows('A', "SELECT id FROM information_schema.processlist WHERE user = 'runbook'");
  for (const { id } of sessions)
    await pair()
      .a.sql(`KILL ${String(id)}`)
      .catch(() => undefined);
  for (const attempt of ['first', 'second']) {
    const sentence = await compare();
    expect([attempt, sentence]).toEqual([
      attempt,
      expect.stringMatching(/wp_s: id .* A could not be detached .* type there: STOP REPLICA/),
    ]);
    expect(sentence).not.toMatch(/is detached|was detached/);
    expect(await source()).toMatchObject({ sql: true });
  }
  await pair().a.sql(`SET sql_log_bin = 0; GRANT ${rights} TO ${login}`);
  const again = await pair().rows('A', "SELECT id FROM information_schema.processlist WHERE user = 'runbook'");
  for (const { id } of again)
    await pair()
      .a.sql(`KILL ${String(id)}`)
      .catch(() => undefined);
  expect(await compare()).toMatch(/wp_s: id .* A is detached; reseed it with/);
  expect(await source()).toBeUndefined();
});
