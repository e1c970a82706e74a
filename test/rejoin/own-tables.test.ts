/** Handover's own tables are made by the runbook, on a server that may be the primary and on no other. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import { rejoinPair } from './pair';

test('what is missing is made, with a row for the first epoch, and nothing where the server is read-only or its row names another region', async () => {
  const at = newPlace();
  const pair = await rejoinPair(at, dataDirectory(at));
  try {
    const [a, b] = [pair.a.database, pair.b.database];
    await pair.a.sql('USE shop; DROP TABLE handover_epoch, handover_heartbeat');
    for (const _time of [1, 2]) await a.makeTables();
    expect((await a.state()).epoch).toEqual({ epoch: 1, region: 'A', verifiedEpoch: 1 });
    expect(await pair.rows('A', 'SELECT COUNT(*) AS n FROM handover_heartbeat')).toEqual([
      { n: expect.anything() as unknown },
    ]);
    expect(await b.waitFor((await a.state()).position, 30_000)).toBe(true);
    expect((await b.state()).epoch?.region).toBe('A');
    await expect(b.makeTables()).rejects.toThrow(/read-only/);
    await pair.a.sql("UPDATE shop.handover_epoch SET region = 'B'");
    await expect(a.makeTables()).rejects.toThrow(/names another region/);
  } finally {
    await pair.close();
    at.remove();
  }
});
