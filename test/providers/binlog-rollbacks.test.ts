/** What a server rolled back is in its log, and is no change; what was prepared in two phases (XA) is one where the log commits it. */
import type { ErrantTransaction } from '../../src/domain/salvage/transaction';
import { binlogWorld, transactionsIn, type BinlogWorld } from './binlog-world';

let world: BinlogWorld;
beforeAll(async () => {
  world = await binlogWorld();
  await world.run('CREATE TABLE notes (id int PRIMARY KEY, v int); CREATE TABLE visits (id int) ENGINE = MyISAM');
});
afterAll(() => world.close());
beforeEach(() => world.run('TRUNCATE notes; TRUNCATE visits'));

const insertedIn = (transactions: ErrantTransaction[]) =>
  transactions.flatMap(({ changes }) =>
    changes.flatMap((each) => (each.action === 'insert' && each.table === 'notes' ? [each.after['id']] : [])),
  );
const statementsOf = (transactions: ErrantTransaction[]) => transactions.flatMap(({ statements }) => statements);
const unreadOf = (transactions: ErrantTransaction[]) => transactions.flatMap(({ unread }) => unread);

const [one, two, nine] = [1, 2, 9].map((id) => `INSERT INTO notes VALUES (${id}, ${id})`);
const visit = 'INSERT INTO visits VALUES (1)';

test.each([
  ['a savepoint, which the log leaves out', `${one}; SAVEPOINT s; ${nine}; ROLLBACK TO s; ${two}; COMMIT`],
  [
    'a savepoint behind which a table without transactions was written',
    `${one}; SAVEPOINT s; ${nine}; ${visit}; ROLLBACK TO s; ${two}; COMMIT`,
  ],
  [
    'a savepoint of another spelling, set twice',
    `SAVEPOINT \`é s\`; ${one}; SAVEPOINT \`é s\`; ${nine}; ${visit}; ROLLBACK TO \`E S\`; ${two}; COMMIT`,
  ],
  [
    'the outer one of two savepoints',
    `${one}; SAVEPOINT \`a\`\`b\`; ${nine}; SAVEPOINT s; DROP TEMPORARY TABLE IF EXISTS absent; ROLLBACK TO \`a\`\`b\`; ${two}; COMMIT`,
  ],
  [
    'the beginning, behind CREATE TEMPORARY TABLE',
    `${nine}; CREATE TEMPORARY TABLE made (id int); ROLLBACK; DROP TEMPORARY TABLE made; ${one}; ${two}`,
  ],
  [
    'a savepoint at the beginning',
    `SAVEPOINT s; ${nine}; CREATE TEMPORARY TABLE made (id int); ROLLBACK TO s; ${one}; ${two}; COMMIT`,
  ],
])('rows that were rolled back to %s, are no changes', async (_where, work) => {
  const found = await world.logged(() => world.run(`START TRANSACTION; ${work}`));
  expect((await world.rowsOf('notes')).map(({ id }) => id)).toEqual(['1', '2']);
  expect([insertedIn(found), statementsOf(found)]).toEqual([['1', '2'], []]);
  const stays = work.includes(visit)
    ? [expect.stringMatching(/^Its rows of visits can't be read: its engine MyISAM/)]
    : [];
  expect(unreadOf(found)).toEqual(stays);
});

test('a statement that was rolled back is told as one, since what it wrote to a table without transactions stays', async () => {
  const found = await world.logged(() =>
    world.run(`SET SESSION binlog_format = STATEMENT; START TRANSACTION; ${one}; ${visit}; SAVEPOINT s; ${nine}; ${visit}; ROLLBACK TO s; COMMIT;
      START TRANSACTION; ${two}; ${visit}; ROLLBACK`),
  );
  expect(statementsOf(found).map((each) => each.replace(/ \(.*/, ''))).toEqual([
    'in shop: INSERT INTO notes',
    'in shop: INSERT INTO visits',
    'in shop: INSERT INTO notes, rolled back except in tables without transactions',
    'in shop: INSERT INTO visits, rolled back except in tables without transactions',
    'in shop: INSERT INTO notes, rolled back except in tables without transactions',
    'in shop: INSERT INTO visits, rolled back except in tables without transactions',
  ]);
});

test('a temporary table is nothing to anybody else, whatever the format of the log', async () => {
  const found = await world.logged(() =>
    world.run(`SET SESSION binlog_format = MIXED; CREATE TEMPORARY TABLE notes (id int); DROP TEMPORARY TABLE notes`),
  );
  expect(found.length).toBeGreaterThan(0);
  expect([statementsOf(found), unreadOf(found)]).toEqual([[], []]);
});

describe('a distributed (XA) transaction', () => {
  const prepared = (id: string, work: string) => `XA START ${id}; ${work}; XA END ${id}; XA PREPARE ${id}`;

  test('changes what it changes where it is committed, between others', async () => {
    const found = await world.logged(async () => {
      await world.run(
        prepared("'x','b\\'',7", `${nine}; SAVEPOINT s; INSERT INTO notes VALUES (8, 8); ${visit}; ROLLBACK TO s`),
      );
      await world.run(`${one}; XA COMMIT 'x','b\\'',7; ${two}`);
    });
    expect([insertedIn(found), statementsOf(found)]).toEqual([['1', '9', '2'], []]);
    const [decided] = found.filter(({ decides }) => decides !== undefined);
    expect(found.find(({ prepared: held }) => held?.id === decided?.decides)).toMatchObject({
      changes: [],
      unread: [],
    });
  });

  test('changes nothing where it is rolled back, and what a table without transactions got stays', async () => {
    const found = await world.logged(() => world.run(`${prepared("'x'", `${nine}; ${visit}`)}; XA ROLLBACK 'x'`));
    expect([insertedIn(found), statementsOf(found)]).toEqual([[], []]);
    expect(unreadOf(found)).toEqual([expect.stringMatching(/^Its rows of visits /)]);
  });

  test('that is committed at once is like any other', async () => {
    const found = await world.logged(() => world.run(`XA START 'x'; ${one}; XA END 'x'; XA COMMIT 'x' ONE PHASE`));
    expect([insertedIn(found), statementsOf(found), unreadOf(found)]).toEqual([['1'], [], []]);
  });

  test('that is never decided is told with its tables, and none of its rows is', async () => {
    const name = await world.logOf(() => world.run(prepared("'x'", nine ?? '')));
    const found = await transactionsIn(name, world.bytesOf(name), await world.shapes());
    expect(insertedIn(found)).toEqual([]);
    expect(found).toMatchObject([{ prepared: { id: "X'78',X'',1", tables: ['notes'] } }]);
    expect(found[0]?.prepared?.because).toMatch(
      /^It was prepared as the distributed \(XA\) transaction X'78',X'',1, and the log neither commits nor rolls it back, so none of it was applied: 1 row of notes \(id 9\)\. Show it on B's host: mariadb-binlog -v --start-position=\d+ --stop-position=\d+ binlog\.\d+$/,
    );
    await world.run("XA ROLLBACK 'x'");
  });

  test('that was prepared before the regions diverged is told with what to type', async () => {
    const shapes = await world.shapes();
    await world.run(prepared("'x'", nine ?? ''));
    const found = await world.logged(() => world.run("XA COMMIT 'x'"));
    expect([insertedIn(found), statementsOf(found), shapes.size > 0]).toEqual([[], [], true]);
    expect(unreadOf(found)).toEqual([
      "It decides a distributed (XA) transaction that is not in the log: XA COMMIT X'78',X'',1. XA RECOVER FORMAT='SQL' on the primary shows whether it is still prepared there; then type the same.",
    ]);
  });

  test('is found decided in a later log', async () => {
    const [first, second] = [
      await world.logOf(() => world.run(prepared("'x'", nine ?? ''))),
      await world.logOf(() => world.run("XA COMMIT 'x'")),
    ];
    const { archive, folder } = world.archiveOf({ 'binlog.000001': first, 'binlog.000002': second });
    const found: ErrantTransaction[] = [];
    for await (const tx of archive.transactions(folder, { shapes: await world.shapes(), wanted: () => true }))
      found.push(tx);
    expect([insertedIn(found), unreadOf(found)]).toEqual([['9'], []]);
  });
});

test('of a transaction above 20000 rows none is applied; it is told with its tables and how to show it', async () => {
  const found = await world.logged(() =>
    world.run(`START TRANSACTION; INSERT INTO notes SELECT seq, 1 FROM seq_1_to_20001; UPDATE notes SET v = 2 WHERE id < 3; COMMIT;
      START TRANSACTION; ${visit}; SAVEPOINT s; DELETE FROM notes; ${visit}; ROLLBACK TO s; UPDATE notes SET v = 3 WHERE id = 7; COMMIT`),
  );
  const [bulk, ...others] = found.filter(({ changes }) => changes.length > 0);
  expect(bulk).toMatchObject({ withheld: true, unreadTables: ['notes'] });
  expect(bulk?.unread).toEqual([
    expect.stringMatching(
      /^It changes 20003 rows, more than 20000, so none of them was applied: 20003 rows of notes\. Show it on B's host: mariadb-binlog -v --start-position=\d+ --stop-position=\d+ binlog\.\d+$/,
    ),
  ]);
  // What is rolled back does not count.
  expect(others.map(({ changes, withheld }) => [changes.length, withheld])).toEqual([[1, undefined]]);
});
