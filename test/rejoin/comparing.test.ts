import { mariadbComparing } from '../../src/providers/database/mariadb/comparing';
import { freshPairs } from './apart';

const pair = freshPairs();

test('a comparison that breaks off leaves no snapshot open on the primary, and the replica goes on', async () => {
  const { a, b } = pair();
  const comparing = mariadbComparing(a.options, b.options);
  const work = { timeoutMs: 10_000, signal: AbortSignal.abort() };
  await expect(comparing.compare('key', work)).rejects.toThrow(/was stopped before/);
  expect(await a.sql('SELECT trx_id, trx_query FROM information_schema.innodb_trx')).toEqual([]);
  expect((await b.database.state()).replica?.sql).toBe(true);
  await comparing.close();
});
