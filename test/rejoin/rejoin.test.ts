import { until } from '../../lab/loopback/until';
import { freshPairs, partWays as promoteB } from './apart';
import type { RejoinPair } from './pair';
import { breakingOff, planOf, runSteps } from './run';
import { beat, idIn, orderIn, pay, place, refund, statusIn, stockIn } from './shop';

const fresh = freshPairs();
let pair: RejoinPair;
beforeEach(() => {
  pair = fresh();
});

const keys = Array.from({ length: 30 }, (_, index) => `a-${index}`);

/** Old orders that both regions have; then B is promoted while A, unseen, goes on taking orders. */
async function partWays(): Promise<void> {
  for (const key of ['old-1', 'old-2', 'old-3', 'old-4']) await place(pair, 'A', key);
  await pay(pair, 'A', 'old-3');
  await promoteB(pair);
}

test('a deposed region that went on alone comes back: its orders are whole, each once, and both databases are equal', async () => {
  await partWays();
  for (const key of keys) {
    await place(pair, 'A', key);
    await pay(pair, 'A', key);
  }
  await beat(pair, 'A');
  await place(pair, 'B', 'b-1');
  await pay(pair, 'A', 'old-1');
  await refund(pair, 'A', 'old-3');
  const before = await Promise.all(keys.map((key) => orderIn(pair, 'A', key)));
  let sold = 4 + 30 + 1;
  const over = new AbortController();
  const running = runSteps(pair, await planOf(pair)).finally(() => over.abort());
  // Customers go on ordering in B while all of this happens.
  for (let n = 0; n < 2_000 && !over.signal.aborted; n += 1, sold += 1) await place(pair, 'B', `meanwhile-${n}`);
  const { done } = await running;
  expect(sold).toBeGreaterThan(100);
  await pair.a.database.waitFor((await pair.b.database.state()).position, 10_000);
  expect(await Promise.all(keys.map((key) => orderIn(pair, 'B', key)))).toEqual(before);
  expect([await stockIn(pair, 'A'), await stockIn(pair, 'B')]).toEqual([2 * sold, 2 * sold]);
  expect([await statusIn(pair, 'B', 'old-1'), await statusIn(pair, 'B', 'old-3')]).toEqual(['processing', 'refunded']);
  expect(await orderIn(pair, 'A', 'b-1')).toEqual(await orderIn(pair, 'B', 'b-1'));
  expect(done['classify-deposed']?.facts).toMatchObject({
    ordersOnlyThere: 30,
    paymentUpdatesOnlyThere: 2,
    paymentUpdates: [await idIn(pair, 'A', 'old-1'), await idIn(pair, 'A', 'old-3')],
  });
});

test('what both sides took is merged, what was changed on both sides is left to a person, and nothing else of it is lost', async () => {
  await pair.a
    .sql(`USE shop; CREATE TABLE wp_options (option_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) UNIQUE,
    option_value longtext, raw varbinary(40), old_text varchar(40) CHARACTER SET latin1, fixed char(3), code binary(4), amount decimal(26,8), ratio double,
    share float, small tinyint, big bigint unsigned, day date, at datetime(3), seen timestamp NULL, missing text NULL) CHARSET utf8mb4`);
  await partWays();
  await place(pair, 'A', 'both', 'intent-both');
  await pay(pair, 'A', 'both', 'charge-both');
  await place(pair, 'A', 'key-a', 'intent-shared');
  await pay(pair, 'A', 'key-a', 'charge-shared');
  await place(pair, 'A', 'twice', 'intent-twice-a');
  await place(pair, 'B', 'both', 'intent-both');
  await place(pair, 'B', 'key-b', 'intent-shared');
  await pay(pair, 'B', 'key-b', 'charge-shared');
  await place(pair, 'B', 'twice', 'intent-twice-b');
  await pay(pair, 'A', 'old-2', 'charge-old-2');
  await pay(pair, 'B', 'old-2', 'charge-old-2');
  await pay(pair, 'A', 'old-4', 'charge-a');
  await pay(pair, 'B', 'old-4', 'charge-b');
  const nasty = 'it\'s "quoted"\n### INSERT INTO `shop`\\x0a\t\0 \u2028 \u{1f600} ;-- ?';
  await pair.shop('A', [
    [
      `INSERT INTO wp_options VALUES (NULL, ?, ?, X'00FF27', CONVERT(X'E9' USING latin1), 'ab ', X'0100', -12345678901234567.00000012, 0.1, 0.1, -128,
        18446744073709551615, '0000-00-00', '2026-11-23 01:02:03.456', '2026-11-23 04:05:06', NULL)`,
      nasty,
      nasty,
    ],
  ]);
  const options =
    'SELECT *, HEX(old_text) AS old, CAST(amount AS CHAR) AS exact, HEX(option_value) AS value, HEX(code) AS code4 FROM wp_options';
  const written = await pair.rows('A', options);
  await pair.a.sql('ALTER TABLE shop.wp_handover_scheduler_runs ADD COLUMN note int');
  await beat(pair, 'A').catch(() => undefined);
  const knownToBoth = await Promise.all(['both', 'key-a', 'twice'].map((key) => idIn(pair, 'A', key)));
  const { done } = await runSteps(pair, await planOf(pair));
  expect(done['classify-deposed']?.facts).toMatchObject({ keysOnBothSides: 3, keysKnownToBoth: knownToBoth });
  expect(done['salvage-orders']?.facts).toMatchObject({ merged: 2, updatesApplied: 0 });
  const forAPerson = JSON.stringify(done['salvage-orders']?.facts['forAPerson']);
  expect(forAPerson).toMatch(
    /One payment is in both regions, of order \d+ in the deposed region and of order \d+ on the primary: there may be two payments/,
  );
  expect(forAPerson).toMatch(
    /One order is in both regions, as \d+ in the deposed region and as \d+ on the primary, and the two differ in billing_email/,
  );
  expect(forAPerson).toMatch(/Order \d+ has two payments, one in each region/);
  expect(forAPerson).toMatch(/ALTER TABLE shop.wp_handover_scheduler_runs/);
  expect(await statusIn(pair, 'B', 'both')).toBe('processing');
  expect(await pair.rows('B', options)).toEqual(written);
  expect(await stockIn(pair, 'B')).toBe(2 * (4 + 3));
});

test.each([['before'], ['after']] as const)(
  'a worker killed right %s any of its transactions is continued by another, and nothing is brought over twice',
  async (when) => {
    await partWays();
    for (const key of keys.slice(0, 3)) {
      await place(pair, 'A', key);
      await pay(pair, 'A', key);
    }
    const plan = await planOf(pair);
    const journal = await runSteps(pair, plan, { until: 'classify-deposed' });
    for (const n of [1, 2, 3]) {
      const ports = breakingOff(pair.ports, n, when);
      await expect(runSteps({ ports }, plan, { journal, until: 'salvage-orders' })).rejects.toThrow('killed');
    }
    await runSteps(pair, plan, { journal, until: 'salvage-orders' });
    expect(journal.facts['salvage-orders']).toMatchObject({ transactions: 6, ordersSalvaged: 3, updatesApplied: 1 });
    expect(await stockIn(pair, 'B')).toBe(2 * (4 + 3));
    const again = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
    expect(again.done['salvage-orders']?.outcome).toBe('already-done');
    expect(again.facts['classify-deposed']).toMatchObject({ ordersOnlyThere: 3, keysOnBothSides: 0 });
  },
);

test('a deposed region that has nothing of its own is attached as it is, without a new copy', async () => {
  await partWays();
  await place(pair, 'B', 'b-1');
  const { done } = await runSteps(pair, await planOf(pair));
  expect(done['classify-deposed']?.because).toMatch(/B has everything that A committed/);
  expect(done['reseed-database']?.because).toMatch(/has not diverged from the primary/);
  expect(await orderIn(pair, 'A', 'b-1')).toEqual(await orderIn(pair, 'B', 'b-1'));
  await until('A replicates', async () => (await pair.a.database.state()).replica?.io === 'yes');
  await expect(planOf(pair)).rejects.toThrow('A already replicates from B; there is nothing to rejoin.');
});

test('a deposed region that restarted, more than once, and wrote nothing since has nothing to recover', async () => {
  await partWays();
  // A server that restarts begins a new log, which holds nothing that the primary could know.
  for (let restarts = 0; restarts < 2; restarts += 1) await pair.a.sql('FLUSH BINARY LOGS');
  const { done } = await runSteps(pair, await planOf(pair), { until: 'classify-deposed' });
  expect(done['classify-deposed']?.because).toMatch(/B has everything that A committed/);
});

test('a database that differs in one row is detached, and seeded again by the next rejoin', async () => {
  await partWays();
  const plan = await planOf(pair);
  const journal = await runSteps(pair, plan, { until: 'attach-rejoined' });
  await pair.a.sql("SET sql_log_bin = 0; UPDATE shop.wp_wc_orders SET status = 'cancelled' LIMIT 1");
  await expect(runSteps(pair, plan, { journal })).rejects.toThrow(/B and A differ in 1 of \d+ tables \(wp_wc_orders\)/);
  expect((await pair.a.database.state()).replica).toBeUndefined();
  const { done } = await runSteps(pair, await planOf(pair), { key: 'again' });
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
});

test('a deposed server that somebody wrote to after it was read is not seeded again', async () => {
  await partWays();
  await place(pair, 'A', 'a-1');
  await pair.a.database.fence(2);
  const plan = await planOf(pair);
  const journal = await runSteps(pair, plan, { until: 'salvage-orders' });
  await pair.a.sql("UPDATE shop.wp_wc_orders SET status = 'cancelled' LIMIT 1");
  await expect(runSteps(pair, plan, { journal })).rejects.toThrow(
    /was classified up to .* it was written to after that\. Start again: npx handover rejoin lab --region A/,
  );
});
