/** What a shop's transactions pay while its standby is compared. Real servers on the loopback; no lab. */
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place } from '../../lab/loopback/place';
import { mariadbComparing } from '../../src/providers/database/mariadb/comparing';
import { sentenceOf } from '../../src/domain/sentence';
import type { Figure, Measured } from '../figure';

const [rows, rounds, windowMs, thinkMs, goal] = [400_000, 6, 8_000, 5, 1.1];

/** One order: rows of a table that is compared and of one that is small. Answers how long it took, in ms. */
async function order(shop: Connection): Promise<number> {
  const startedAt = performance.now();
  await shop.query('START TRANSACTION');
  await shop.query("INSERT INTO orders (note) VALUES ('x')");
  await shop.query('UPDATE big SET v = REPEAT("y", 150) WHERE id = ?', [1 + Math.floor(Math.random() * rows)]);
  await shop.query("INSERT INTO big (v) VALUES ('new')");
  await shop.query('COMMIT');
  return performance.now() - startedAt;
}

async function ordersUntil(shop: Connection, endAt: number, into: number[]): Promise<void> {
  while (performance.now() < endAt) {
    into.push(await order(shop));
    await pause(thinkMs);
  }
}

const p99 = (times: readonly number[]): number =>
  [...times].sort((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0;

async function inWindows({ a, b }: RealPair): Promise<Measured> {
  await a.sql(`USE shop; CREATE TABLE big (id int PRIMARY KEY AUTO_INCREMENT, v varchar(200));
    INSERT INTO big (v) SELECT REPEAT('x', 150) FROM seq_1_to_${rows}`);
  await b.database.waitFor((await a.database.state()).position, 120_000);
  const { host, port } = a.options;
  const shop = await createConnection({ host, port, user: 'shop', password: 'secret-shop', database: 'shop' });
  const comparing = mariadbComparing(a.options, b.options);
  const [without, during]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    await ordersUntil(shop, performance.now() + windowMs, without);
    const over = new AbortController();
    const work = { timeoutMs: 60_000, signal: over.signal, pace: 'gentle' as const };
    let failure: unknown;
    // A comparison that is through early begins again, so that the whole window has one.
    const compared = (async () => {
      for (let n = 0; !over.signal.aborted; n += 1) await comparing.compare(`bench-${round}-${n}`, work);
    })().catch((error: unknown) => {
      if (!over.signal.aborted) failure = error;
    });
    await ordersUntil(shop, performance.now() + windowMs, during);
    over.abort();
    await compared;
    if (failure !== undefined) throw new Error(sentenceOf(failure));
  }
  shop.destroy();
  await comparing.close();
  const [withoutMs, duringMs] = [p99(without), p99(during)];
  const ratio = duringMs / withoutMs;
  return {
    lines: [
      `p99 ${duringMs.toFixed(1)} ms while comparing, ${withoutMs.toFixed(1)} ms without: ${ratio.toFixed(2)} times`,
      `${during.length} and ${without.length} transactions in ${rounds} windows of ${windowMs / 1_000} s each`,
    ],
    reached: ratio <= goal,
    values: { duringMs, withoutMs, ratio, transactions: during.length + without.length },
  };
}

async function measure(): Promise<Measured> {
  const at = place();
  try {
    const pair = await realPair(at, dataDirectory(at));
    return await inWindows(pair).finally(() => pair.close());
  } finally {
    at.remove();
  }
}

export const compare: Figure = {
  name: 'compare',
  title: "The shop's p99 while its standby is compared",
  goal: `at most ${goal} times the p99 without`,
  how: `Two MariaDB servers that replicate on one machine, a table of ${rows} rows, and one shop that writes an order every ${thinkMs} ms; windows with and without a comparison take turns in one run.`,
  measure,
};
