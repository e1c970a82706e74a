/** After a drill: WooCommerce itself uses the orders that were salvaged. */
import { z } from 'zod';
import type { Lab } from '../lab';
import { regionNames, type RegionName } from '../network/places';
import { asWebUser } from '../servers/php-fpm';

const outcome = z.object({
  done: z.object({ opened: z.number(), paid: z.number(), refunded: z.number(), deleted: z.number() }),
  problems: z.array(z.string()),
});

export interface OrdersUsed {
  ok: boolean;
  because: string;
}

const timeoutMs = 120_000;

/** Orders that came home, or that a merge kept; the shop's own account may not read the records. */
const salvaged = `SELECT DISTINCT COALESCE(kept_order_id, order_id) FROM handover_shop.salvaged
  WHERE gtid LIKE 'order %' AND outcome IN ('order', 'update', 'merged') AND COALESCE(kept_order_id, order_id) IS NOT NULL`;

/** @returns what WooCommerce of the primary region could do; not ok where something failed or there was no order or no primary to ask */
export async function useSalvagedOrders(lab: Lab): Promise<OrdersUsed> {
  const region = await primaryOf(lab);
  if (region === undefined) return { ok: false, because: 'No region says that it is the primary.' };
  const asRoot = ['--no-defaults', '--socket=/srv/run/mariadb.sock', '--user=root', '--skip-column-names', '--batch'];
  const records = await lab.exec(region, 'mariadb', [...asRoot, '--execute', salvaged]);
  const ids = records.stdout.split('\n').filter((id) => /^\d+$/.test(id));
  if (ids.length === 0)
    return {
      ok: false,
      because: `There are no salvaged orders for WooCommerce to use. ${records.stderr.trim()}`.trim(),
    };
  const [command, ...user] = asWebUser;
  const args = [...user, 'php8.2', '-d', 'display_errors=stderr', '/srv/etc/install/use-orders.php', ...ids];
  const { stdout, stderr } = await lab.exec(region, command, args, timeoutMs);
  return readOutcome(stdout, stderr);
}

/** What the program in the region printed, as one sentence. */
export function readOutcome(stdout: string, stderr: string): OrdersUsed {
  const parsed = outcome.safeParse(jsonIn(stdout));
  if (!parsed.success)
    return {
      ok: false,
      because: `WooCommerce gave no answer about the salvaged orders: ${stderr.trim().slice(0, 300)}`,
    };
  const { done, problems } = parsed.data;
  const words = Object.entries(done).map(([verb, count]) => `${verb} ${String(count)}`);
  const did = `WooCommerce ${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''} of the salvaged orders`;
  const [first] = problems;
  return { ok: first === undefined, because: first === undefined ? `${did}.` : `${did}, but ${problems.join('; ')}.` };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function primaryOf(lab: Lab): Promise<RegionName | undefined> {
  for (const region of regionNames) {
    const { code } = await lab.exec(region, 'grep', [
      '-q',
      '^env.HANDOVER_ROLE. = "primary"',
      '/srv/etc/handover.conf',
    ]);
    if (code === 0) return region;
  }
  return undefined;
}
