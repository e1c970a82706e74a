/** What a rejoin, a comparison and a failover say of transactions, rows and errors that are full of customers' data: no value of it. */
import { createConnection, format } from 'mysql2/promise';
import { attemptStep } from '../../src/activities/step/step';
import { comparisonSentence } from '../../src/activities/step/comparison-sentence';
import { steps } from '../../src/activities/steps';
import { unplannedTransfer } from '../../src/activities/planning/unplanned';
import { takeSurvey } from '../../src/activities/planning/survey';
import { runPlan } from '../../src/domain/plan/interpreter';
import type { Plan } from '../../src/domain/plan/plan';
import { resultOf } from '../../src/domain/plan/result';
import { sentenceOf } from '../../src/domain/sentence';
import { hitsIn } from '../../lab/leaks/canaries';
import { customerCanaries, customers } from '../../lab/leaks/customers';
import { Outputs } from '../../lab/leaks/outputs';
import { until } from '../../lab/loopback/until';
import { autocommitted, freshPairs, partWays } from './apart';
import type { Region } from './pair';
import { databaseSteps, planOf } from './run';
import { pay, place } from './shop';

const pair = freshPairs();
const [email, token, hash] = [customers('email'), customers('session token'), customers('password hash')];
const payment = customers('payment id', 64);

const tables = `USE shop;
  CREATE TABLE wp_users (user_email varchar(320) PRIMARY KEY, display_name varchar(250), user_pass varchar(255), UNIQUE KEY user_pass (user_pass));
  CREATE TABLE wp_sessions (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, token varchar(200), owner varchar(320), UNIQUE KEY token (token(100)));
  CREATE TABLE wp_addresses (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, address varchar(200), CONSTRAINT short CHECK (address <> 'nowhere'));
  CREATE TABLE wp_profiles (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, user_email varchar(320), FOREIGN KEY owner (user_email) REFERENCES wp_users (user_email));
  CREATE TABLE wp_loyalty (user_email varchar(320) PRIMARY KEY, points bigint NOT NULL)`;

/** As the shop's user, with values in their places. */
const as = (region: Region, ...statements: [string, ...(string | number)[]][]) =>
  autocommitted(
    pair(),
    region,
    statements.map(([statement, ...values]) => format(statement, values)),
  );

/** Runs the database's steps of `plan`, one attempt each, into the report and all that it is made of. */
async function runInto(outputs: Outputs, plan: Plan): Promise<void> {
  const survey = await takeSurvey(pair().site, pair().ports);
  const now = Date.now();
  const run = await runPlan(plan, {
    run: async ({ id, step, params }, facts) => {
      if (!databaseSteps.includes(step)) return { outcome: 'done', because: 'No part of this test.', facts: {} };
      const found = steps.find(({ name }) => name === step)!;
      const progress = (line: string) => outputs.add(`${id}, its heartbeat`, line);
      const { site, epoch } = plan;
      const context = { site, epoch, key: `test/${id}`, facts, progress, signal: new AbortController().signal };
      try {
        return await attemptStep(found, params, pair().ports, context);
      } catch (error) {
        outputs.error(id, error);
        throw error;
      }
    },
    undo: () => Promise.resolve(''),
    ask: () => Promise.resolve({ answer: 'stop', because: 'No person answers.' }),
    cancelled: () => undefined,
    now: Date.now,
    noted: () => undefined,
    sentence: sentenceOf,
  });
  outputs.transfer(
    plan.kind,
    resultOf(plan, survey, run, { asked: '', onsetAt: 0, decidedAt: now, startedAt: now, endedAt: now }),
  );
}

const because = (outputs: Outputs) => outputs.all.map(({ text }) => text).join('\n');

test('no customer is named in what a rejoin recovers, merges, lists, refuses and reports', async () => {
  await pair().a.sql(`${tables}; ${format('INSERT INTO wp_users VALUES (?, ?, ?)', [email, 'both', 'both'])}`);
  pair().site.shop.counters = [...pair().site.shop.counters, 'wp_loyalty.points'];
  await partWays(pair());
  const others = customers('email', 64);
  await as(
    'A',
    ['UPDATE wp_users SET display_name = ? WHERE user_email = ?', customers('name'), email],
    ['INSERT INTO wp_users VALUES (?, ?, ?)', others, 'of A', hash],
    ['INSERT INTO wp_sessions (token, owner) VALUES (?, ?)', token, email],
    ['INSERT INTO wp_addresses (address) VALUES (?)', customers('address')],
    ['INSERT INTO wp_loyalty VALUES (?, 3)', email],
    ['UPDATE wp_loyalty SET points = points - 3 WHERE user_email = ?', email],
    ['UPDATE wp_loyalty SET points = points - 3 WHERE user_email = ?', email],
    ['INSERT INTO wp_profiles (user_email) VALUES (?)', others],
    ['DELETE FROM wp_users WHERE user_email = ?', others],
  ).catch(() => undefined);
  await pair().a.sql(
    `USE shop; SET binlog_format = 'STATEMENT'; ${format('UPDATE wp_users SET display_name = ? WHERE user_email LIKE ?', [customers('name'), email])};
     ${format('CREATE EVENT greet ON SCHEDULE EVERY 1 YEAR COMMENT ? DO SELECT ?', [customers('name', 64), email])}`,
  );
  await place(pair(), 'A', 'twice', payment);
  await place(pair(), 'A', payment.replaceAll(/[^a-z]/g, 'x'), 'intent-other');
  await pay(pair(), 'A', 'twice', customers('payment id', 64));
  await place(pair(), 'B', 'twice', 'intent-of-b');
  await pay(pair(), 'B', 'twice', 'charge-of-b');
  await as(
    'B',
    ['UPDATE wp_users SET display_name = ? WHERE user_email = ?', customers('name', 64), email],
    ['INSERT INTO wp_users VALUES (?, ?, ?)', 'b', 'of B', hash],
    ['INSERT INTO wp_sessions (token, owner) VALUES (?, ?)', token, 'b'],
    ['INSERT INTO wp_loyalty VALUES (?, 0)', email],
  );
  await pair().b.sql(
    `USE shop; CREATE TRIGGER refuse BEFORE INSERT ON wp_addresses FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = NEW.address`,
  );
  const outputs = new Outputs();
  await outputs.printed(async () => runInto(outputs, await planOf(pair())));
  expect(because(outputs)).toMatch(/The row wp_loyalty can't be brought over whole/);
  expect(because(outputs)).toMatch(/unique key token/);
  expect(because(outputs)).toMatch(/UPDATE wp_users/);
  expect(hitsIn(outputs.all, customerCanaries)).toEqual([]);
});

test('no customer is named in what a comparison finds, in rows and in definitions', async () => {
  await pair().a.sql(`${tables}; ${format('INSERT INTO wp_users VALUES (?, ?, ?)', [email, customers('name'), hash])};
    ${format('INSERT INTO wp_sessions (token, owner) VALUES (?, ?)', [token, email])}`);
  const { ports } = pair();
  await pair().b.database.waitFor((await pair().a.database.state()).position, 10_000);
  await pair().b
    .sql(`USE shop; SET sql_log_bin = 0; UPDATE wp_users SET display_name = 'x'; UPDATE wp_sessions SET owner = 'x';
    ${format('ALTER TABLE wp_addresses ALTER COLUMN address SET DEFAULT ?', [customers('address')])};
    ${format('ALTER TABLE wp_addresses COMMENT ?', [customers('address')])};
    ${format('CREATE PROCEDURE greet() SELECT ?', [email])}; ${format('CREATE VIEW wp_view AS SELECT ? AS who', [email])}`);
  const outputs = new Outputs();
  const onProgress = (line: string) => outputs.add('progress', line);
  const comparing = ports.comparing('A', 'B');
  await outputs.printed(() => comparing.compare('customers', { timeoutMs: 60_000, onProgress }));
  const found = await comparing.found('customers');
  outputs.result('comparison', found);
  outputs.add('sentence', comparisonSentence(found!, 'A', 'B'));
  expect(found?.unequal).toEqual(expect.arrayContaining(['wp_users', 'wp_sessions']));
  expect(hitsIn(outputs.all, customerCanaries)).toEqual([]);
});

test('no customer is named when a row stops the replica, and what its log held is applied in vain', async () => {
  await pair().a.sql(tables);
  await pair().b.database.waitFor((await pair().a.database.state()).position, 10_000);
  await pair().b.sql('STOP SLAVE IO_THREAD');
  await as('A', ['INSERT INTO wp_users VALUES (?, ?, ?)', email, customers('name'), hash]);
  await pair().b.sql(
    `USE shop; SET sql_log_bin = 0; ${format('INSERT INTO wp_users VALUES (?, ?, ?)', [email, 'b', hash])}`,
  );
  await pair().a.kill();
  const outputs = new Outputs();
  const survey = await takeSurvey(pair().site, pair().ports);
  const move = { site: pair().site, caPem: '', survey, from: 'A', to: 'B', epoch: 2, cause: 'failover' } as const;
  await outputs.printed(() => runInto(outputs, unplannedTransfer({ ...move, because: 'A test kills A.' }, 'refuse')));
  expect(because(outputs)).toMatch(/error 1062/);
  expect(hitsIn(outputs.all, customerCanaries)).toEqual([]);
});

test('no customer is named when a session holds a lock that a fence and a promotion need, nor by a broken replica', async () => {
  await pair().a.sql(tables);
  await pair().b.database.waitFor((await pair().a.database.state()).position, 10_000);
  await pair().b.sql(
    `USE shop; SET sql_log_bin = 0; ${format('INSERT INTO wp_users VALUES (?, ?, ?)', [email, 'b', hash])}`,
  );
  const { host, port } = pair().a.options;
  const report = await createConnection({ host, port, user: 'shop', password: 'secret-shop', database: 'shop' });
  await as('A', ['INSERT INTO wp_users VALUES (?, ?, ?)', email, customers('name'), hash]);
  const outputs = new Outputs();
  await until('the applier stops', async () => (await pair().b.database.state()).replica?.sql === false);
  await report.query('LOCK TABLES wp_users WRITE');
  const busy = report.query(format('SELECT SLEEP(3600), ? FROM wp_users', [email])).catch(() => undefined);
  const databases = { A: pair().a.database, B: pair().b.database };
  for (const [region, database] of Object.entries(databases))
    outputs.result(`state of ${region}`, await database.state());
  outputs.result('survey', await takeSurvey(pair().site, pair().ports));
  for (const [name, work] of Object.entries({
    fence: () => databases.A.fence(2),
    promote: () => databases.B.promote({ epoch: 2, region: 'B', idGap: 1000 }),
    wait: () => databases.B.waitFor('0-1-99999', 500),
  }))
    await work().then(
      (result: unknown) => outputs.result(name, result ?? null),
      (error: unknown) => outputs.error(name, error),
    );
  report.destroy();
  await busy;
  expect(because(outputs)).toMatch(/its applier stopped/);
  expect(hitsIn(outputs.all, customerCanaries)).toEqual([]);
});
