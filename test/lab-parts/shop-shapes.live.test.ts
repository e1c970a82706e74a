/** The lab's shop changes rows as WooCommerce does: the same tables, columns and names, in the same order, each statement a transaction of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authority } from '../../lab/loopback/authority';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { realDatabase } from '../../lab/loopback/mariadb-server';
import { freePort, place, type Place } from '../../lab/loopback/place';
import { recordedActs } from './recorded-acts';
import { columnsIn, described, shapesIn, type Shape } from './shapes';
import { expected } from './shop-shapes';

const folder = join(__dirname, '../../lab/shop/wordpress');
const schema = (names: string[]) => names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
const columns = columnsIn(schema(['wordpress.sql', 'woocommerce.sql', 'lab.sql']));

let at: Place;
let log: Shape[];

beforeAll(async () => {
  at = place();
  const database = await realDatabase('A', at, dataDirectory(at), await freePort(), authority(at));
  await database.sql('SET GLOBAL read_only = 0');
  await database.sql(
    `USE shop; DROP TABLE handover_epoch, handover_heartbeat; ${schema(['wordpress.sql', 'woocommerce.sql', 'lab.sql'])}`,
  );
  await database.sql('FLUSH BINARY LOGS');
  execFileSync('php', ['-d', 'display_errors=stderr', join(__dirname, 'shop-alone.php')], {
    env: { ...process.env, SHOP_SOCKET: at.path('A', 's') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await database.database.close();
  await database.kill();
  log = shapesIn(at.path('A', 'binlog.000002'), columns);
});
afterAll(() => at.remove());

/** What the shop did between two marks, without what a gateway's plugin keeps of its own. */
function act(name: string): Shape[] {
  const from = log.findIndex(({ after }) => after['region'] === name);
  const until = log.findIndex(({ table }, index) => index > from && table === 'handover_heartbeat');
  return log
    .slice(from + 1, until)
    .filter(({ before, after }) => (after['meta_key'] ?? before['meta_key']) !== '_payment_intent');
}

/** The lines of an act of the shop's with so many lines of goods; of a run of the queue only the one action. */
function performed(name: string, lines: number): string[] {
  const shapes = act(`${name} ${lines}`);
  if (name !== 'run') return described(shapes);
  const from = shapes.findIndex(({ after }) => (after['message'] ?? '').startsWith('action started'));
  return described(shapes.slice(from, shapes.findIndex(({ after }) => after['status'] === 'complete') + 1));
}

test.each(Object.entries(expected))('%s is what the table says', (name, lines) => {
  expect(performed(name, 1)).toEqual(lines);
});

const data = process.env['HANDOVER_WOOCOMMERCE_DATA'];
const set = data === undefined ? undefined : join(data, 'set-1');

if (set === undefined || !existsSync(join(set, 'binlog-a')))
  test.skip('the recorded WooCommerce did the same (skipped: HANDOVER_WOOCOMMERCE_DATA names no folder of recorded sets)', () =>
    undefined);
else
  describe('the recorded WooCommerce did the same at', () => {
    const acts = recordedActs(set, () => at.path('recorded'));
    test.each(Object.keys(expected))('%s', (name) => {
      const recorded = acts()[name];
      if (recorded === undefined) throw new Error(`the set has no ${name} to compare with`);
      expect(performed(name, recorded.lines)).toEqual(described(recorded.shapes));
    });
  });
