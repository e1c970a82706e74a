/** A replication channel with a name, by which another server feeds the shop's schema, on real servers. */
import { databaseHold } from '../../src/activities/step/fencing';
import { addresses } from '../../lab/loopback/mariadb-server';
import { until } from '../../lab/loopback/until';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();
/** A name that needs quoting. */
const channel = "the erp's";
const quoted = "'the erp''s'";

beforeEach(async () => {
  await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
  await pair.b.database.detach();
  await pair.a.sql(
    `SET GLOBAL gtid_strict_mode = 0; SET GLOBAL gtid_slave_pos = @@gtid_binlog_pos;
     CHANGE MASTER ${quoted} TO MASTER_HOST='${addresses.B}', MASTER_PORT=${pair.b.options.port}, MASTER_USER='repl',
       MASTER_PASSWORD='secret-repl', MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID=slave_pos;
     START REPLICA ${quoted}`,
  );
  await feed('before');
});

/** InnoDB renews its list of transactions only when nobody has read it for 100 ms; one who asks more often sees the old one for ever. */
const trxViewMs = 250;
const hold = () => {
  const ports = portsOf(pair);
  return databaseHold('A', ports);
};
const feeding = (note: string) =>
  pair.b.sql(`SET SESSION gtid_domain_id = 9; INSERT INTO shop.orders (note) VALUES ('${note}')`);
const arrived = async (note: string) =>
  (await pair.a.sql(`SELECT id FROM shop.orders WHERE note = '${note}'`)).length === 1;
/** Another server writes a row, which reaches A. */
async function feed(note: string) {
  await feeding(note);
  await until(`${note} arrived`, () => arrived(note));
}
const applying = async () =>
  (await pair.a.sql('SHOW ALL REPLICAS STATUS')).find(({ Connection_name: name }) => name === channel)?.[
    'Slave_SQL_Running'
  ];
const marks = () => pair.a.sql("SELECT user FROM mysql.global_priv WHERE user LIKE 'handover%'");

test('is stopped by a fence, and started again when the fence is lifted', async () => {
  await pair.a.database.fence(2);
  await until('the fence holds', async () => (await hold()).means === 'read-only', trxViewMs);
  expect(await applying()).toBe('No');
  await feeding('while it is fenced');
  await pair.a.database.fence(2);
  expect(await arrived('while it is fenced')).toBe(false);
  await pair.a.database.unfence(1);
  await until('what was missed arrived', () => arrived('while it is fenced'));
  expect(await marks()).toEqual([]);
});

test('is started again by a promotion of the fenced region', async () => {
  await pair.a.database.fence(2);
  await pair.a.database.promote({ epoch: 3, region: 'A', idGap: 10 });
  await feed('after the promotion');
  expect(await marks()).toEqual([]);
});

test('stays stopped where its owner had stopped it', async () => {
  await pair.a.sql(`STOP REPLICA ${quoted}`);
  await pair.a.database.fence(2);
  await pair.a.database.unfence(1);
  expect(await applying()).toBe('No');
});

test('is named, with what to type, while it writes to a fenced server', async () => {
  await pair.a.database.fence(2);
  await pair.a.sql(`START REPLICA ${quoted}`);
  await until('it runs', async () => (await applying()) === 'Yes');
  const { means, because } = await hold();
  expect(means).toBe('none');
  expect(because).toBe(
    `A's database is read-only, but can still be written to by the replication channel ${quoted} from ${addresses.B} (STOP REPLICA ${quoted}).`,
  );
});
