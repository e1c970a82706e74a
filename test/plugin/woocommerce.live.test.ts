import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { place } from '../../lab/loopback/place';
import {
  classicCart,
  realWooCommerce,
  released,
  storeCart,
  type Reply,
  type Storage,
  type WooCommerce,
} from './woocommerce';

const from = released();
if (from === undefined) {
  process.stdout.write('Skipped: WooCommerce itself; name its folder in HANDOVER_WOOCOMMERCE (npm run try-plugin).\n');
}
const run = promisify(execFile);
const moments = 26;
const carts = { 'the Store API': storeCart, 'the classic checkout': classicCart };

(from === undefined ? describe.skip : describe).each<Storage>(['orders tables', 'posts', 'orders tables and posts'])(
  'on released WooCommerce with its orders in %s, the plugin',
  (storage) => {
    const at = place();
    let shop: WooCommerce;
    const gate = () => join(shop.runFolder, 'gate');

    beforeAll(async () => {
      if (from !== undefined) shop = await realWooCommerce(at, from, storage);
    });
    afterAll(async () => {
      await shop.close();
      at.remove();
    });

    /** Places an order for each moment, and does `act` when that much of an order's usual time is over. */
    async function disturb(cart: typeof storeCart, act: () => Promise<unknown>, undo: () => Promise<unknown>) {
      let usual = Infinity;
      for (let warm = 0; warm < 4; warm += 1) usual = Math.min(usual, (await (await cart(shop))()).ms);
      const replies: Reply[] = [];
      for (let moment = 0; moment < moments; moment += 1) {
        const send = await cart(shop);
        const reply = send();
        await pause((usual * (moment + 0.5)) / (moments - 4));
        await act();
        replies.push(await reply);
        await undo();
      }
      return replies;
    }

    async function halfOf(replies: Reply[]): Promise<string[]> {
      const ids = replies.flatMap(({ order }) => order ?? []);
      const all = await shop.wholeness(ids);
      return Object.entries(all)
        .filter(
          ([, { status, total, lines, reduced }]) =>
            !/^(processing|on-hold)$/.test(status) || total !== '39.96' || lines !== 2 || !reduced,
        )
        .map(([id, found]) => `${id} ${JSON.stringify(found)}`);
    }

    function tally(replies: Reply[]): string {
      const kinds = replies.map(({ status, order }) =>
        status === 200 && order === undefined ? '200 without an order' : `${status}`,
      );
      return [...new Set(kinds)].map((one) => `${kinds.filter((kind) => kind === one).length} of ${one}`).join(', ');
    }

    describe.each(Object.entries(carts))('behind %s', (name, cart) => {
      it('never acknowledges an order that a read-only database cut in half', async () => {
        const readOnly = (on: number) => () => shop.sql(`SET GLOBAL read_only = ${on}`);
        const replies = await disturb(cart, readOnly(1), readOnly(0));
        process.stdout.write(`${storage}, ${name}, read-only at ${moments} moments: ${tally(replies)}\n`);
        expect(await halfOf(replies)).toEqual([]);
        const refused = replies.filter(({ order }) => order === undefined);
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
      });

      it('lets a fence that shuts the gate and waits cut no order at all', async () => {
        const fence = async () => {
          writeFileSync(gate(), 'planned move');
          await run('flock', ['-x', '-w', '60', join(shop.runFolder, 'in-flight'), 'true']);
          await shop.sql('SET GLOBAL read_only = 1');
        };
        const replies = await disturb(cart, fence, async () => {
          await shop.sql('SET GLOBAL read_only = 0');
          rmSync(gate());
        });
        process.stdout.write(`${storage}, ${name}, gate at ${moments} moments: ${tally(replies)}\n`);
        expect(await halfOf(replies)).toEqual([]);
        expect(replies.filter(({ status, order }) => status !== 503 && order === undefined)).toEqual([]);
        expect(
          existsSync(at.path('journal.jsonl')) ? readFileSync(at.path('journal.jsonl'), 'utf8') : '',
        ).not.toContain('planned move');
      });
    });
  },
);
