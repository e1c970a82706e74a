/** The server's own settings say how it reads a statement; salvage says so itself, and values arrive as they were. */
import { addresses } from '../../lab/loopback/mariadb-server';
import { salvageEntities } from '../../src/activities/salvage/entities';
import type { ErrantTransaction } from '../../src/domain/salvage/transaction';
import { mariadbSalvage } from '../../src/providers/database/mariadb/salvage';
import { freshPairs, partWays } from './apart';

const pair = freshPairs();

const nasty = 'it\'s \\ "quoted" \\\' \n\0 -- ; ?';

test.each(['ORACLE', 'ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES', 'NO_ZERO_DATE,NO_ZERO_IN_DATE,PAD_CHAR_TO_FULL_LENGTH'])(
  'a row comes over as it was into a server whose sql_mode is %s, whose time zone is another, and which commits nothing by itself',
  async (mode) => {
    const { a, b } = pair();
    await a.sql(`USE shop; CREATE TABLE wp_rows (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(90), code char(5), day date,
      at datetime, seen timestamp NULL, n int DEFAULT 5) DEFAULT CHARSET utf8mb4; INSERT INTO wp_rows (id, name, code) VALUES (7, 'seven', 'ab')`);
    await partWays(pair());
    await b.sql(
      `SET GLOBAL sql_mode = '${mode}', GLOBAL time_zone = '+05:30', GLOBAL autocommit = 0, GLOBAL sql_safe_updates = 1`,
    );
    const salvage = mariadbSalvage({ ...b.options, host: addresses.B });
    const row = {
      id: '0',
      name: nasty,
      code: 'ab',
      day: '0000-00-00',
      at: '2026-00-00 00:00:00',
      seen: '2026-11-23 04:05:06',
      n: null,
    };
    const seven = { id: '7', name: 'seven', code: 'ab', day: null, at: null, seen: null, n: '5' };
    const tx: ErrantTransaction = {
      gtid: '0-1-99',
      atMs: 0,
      changes: [
        { action: 'insert', table: 'wp_rows', after: row },
        { action: 'update', table: 'wp_rows', before: seven, after: { ...seven, name: nasty } },
      ],
      statements: [],
      unread: [],
      unreadTables: [],
    };
    await salvage.prepare();
    async function* logOf(...all: ErrantTransaction[]) {
      yield* await Promise.resolve(all);
    }
    const points = { promotionPoint: '0-1-1', upTo: '0-1-2', behind: () => undefined };
    const pause = () => Promise.resolve();
    const work = { ...points, epoch: 2, shop: { counters: [] }, signal: new AbortController().signal, pause };
    await salvageEntities({
      ...work,
      theirs: () => logOf(tx),
      ours: () => logOf(),
      salvage,
      onSettled: () => undefined,
    });
    const records = await salvage.records('0-1-1');
    expect(records.map(({ gtid, outcome }) => [gtid, outcome]).sort()).toEqual([
      ['everything', 'skipped'],
      ['wp_rows 0', 'copied'],
      ['wp_rows 7', 'update'],
    ]);
    await salvage.close();
    const columns = `CAST(id AS CHAR) AS id, name, code, CAST(day AS CHAR) AS day, CAST(at AS CHAR) AS at, CAST(seen AS CHAR) AS seen, CAST(n AS CHAR) AS n`;
    const [, rows] = (await b.sql(
      `SET SESSION sql_mode = '', time_zone = '+00:00'; SELECT ${columns} FROM shop.wp_rows ORDER BY shop.wp_rows.id`,
    )) as unknown as [unknown, unknown[]];
    expect(rows).toEqual([row, { ...seven, name: nasty }]);
  },
);
