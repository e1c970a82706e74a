/** A runbook far from the primary: how long a part holds rows is the server's time, so that the way there makes no part smaller. */
import { farServer } from '../../lab/loopback/far';
import { mariadbComparing } from '../../src/providers/database/mariadb/comparing';
import { freshPairs } from './apart';

const pair = freshPairs();

test('3,000 rows of a primary 30 ms away are compared in 20 parts at most', async () => {
  const { a, b } = pair();
  await a.sql('USE shop; CREATE TABLE t_x (id int PRIMARY KEY); INSERT INTO t_x SELECT seq FROM seq_1_to_3000');
  const far = await farServer(a.options.host, a.options.port, 30);
  const comparing = mariadbComparing({ ...a.options, port: far.port }, b.options);
  const over = new AbortController();
  const onProgress = (line: string) => /t_x, chunk 21/.test(line) && over.abort();
  try {
    await comparing.compare('far', { timeoutMs: 60_000, signal: over.signal, onProgress });
    expect(await comparing.found('far')).toMatchObject({ unequal: [], rows: { t_x: 3_000 } });
  } finally {
    await comparing.close();
    await far.close();
  }
});

test('3,000 rows of a primary that takes long for every commit are compared in 20 parts at most', async () => {
  const { a, b } = pair();
  await a.sql('USE shop; CREATE TABLE t_x (id int PRIMARY KEY); INSERT INTO t_x SELECT seq FROM seq_1_to_3000');
  const comparing = mariadbComparing(a.options, b.options);
  const over = new AbortController();
  const onProgress = (line: string) => /t_x, chunk 21/.test(line) && over.abort();
  try {
    await comparing.compare('quick', { timeoutMs: 60_000 });
    await a.sql(
      'USE shop; CREATE TRIGGER slow_commit BEFORE INSERT ON handover_checksums FOR EACH ROW SET @slept = SLEEP(0.05)',
    );
    await comparing.compare('slow', { timeoutMs: 60_000, signal: over.signal, onProgress });
    expect(await comparing.found('slow')).toMatchObject({ unequal: [], rows: { t_x: 3_000 } });
  } finally {
    await comparing.close();
  }
});
