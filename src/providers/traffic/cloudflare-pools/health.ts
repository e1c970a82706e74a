/** What is wrong with the pools of a Cloudflare load balancer, and above all with the monitors that move customers by themselves. */
import type { Monitor, Pool, PoolsApi } from './api';
import { healthCheckFlaw } from '../switch';

/** A pool that the balancer uses, and what asks its endpoints. */
interface Watched {
  region: string;
  pool: Pool;
  monitor: Monitor | undefined;
}

/** Each a sentence that says what to change. @throws PortError as the API's calls. */
export async function poolFlaws(api: PoolsApi, serving: string): Promise<string[]> {
  const [ids, pools] = [await api.ids(), await api.pools()];
  const known = Object.entries(ids).map(([region, id]) => ({ region, id, pool: pools.find((one) => one.id === id) }));
  const absent = known.flatMap(({ region, id, pool }) =>
    pool === undefined ? [`The account has no pool ${id}; correct traffic.pools.${region}.`] : [],
  );
  const watched = await Promise.all(
    known.flatMap(({ region, pool }) => (pool === undefined ? [] : [watchedBy(api, region, pool)])),
  );
  return [...absent, ...watched.flatMap((one) => flawsOfPool(one, serving)), ...unwatched(watched, serving)];
}

async function watchedBy(api: PoolsApi, region: string, pool: Pool): Promise<Watched> {
  return { region, pool, monitor: pool.monitor ? await api.monitor(pool.monitor) : undefined };
}

function flawsOfPool({ region, pool, monitor }: Watched, serving: string): string[] {
  const { name, enabled, origins, monitor_group: group } = pool;
  const reasons = [
    enabled === false && `The pool ${name} of ${region} is disabled, and would get no customers; enable it.`,
    !origins.some((origin) => origin.enabled !== false) &&
      `The pool ${name} of ${region} has no enabled endpoint; enable one.`,
    Boolean(group) &&
      `The pool ${name} of ${region} has a monitor group, whose members are not looked at here; give it one monitor that asks ${serving}.`,
    monitor && flawOfMonitor(`The monitor of the pool ${name}`, monitor, serving),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

function flawOfMonitor(whose: string, { type, path, expected_codes: codes }: Monitor, serving: string) {
  const flaw = healthCheckFlaw(whose, { protocol: type, path }, serving);
  if (flaw !== undefined || !takes(codes ?? '', 503)) return flaw;
  return `${whose} takes ${codes ?? ''} for healthy, and so the 503 of a read-only standby too; let it expect 200.`;
}

/** Codes are numbers, classes such as `2xx` or ranges, one or several. */
function takes(codes: string, status: number): boolean {
  return codes.split(',').some((each) => {
    const [least = '', most = least] = each.toLowerCase().trim().split('-');
    return Number(least.replaceAll('x', '0')) <= status && status <= Number(most.replaceAll('x', '9') || NaN);
  });
}

/** A pool that nothing asks counts as healthy. While no pool is asked, the order alone decides; beside one that is, it takes over when that looks ill. */
function unwatched(all: readonly Watched[], serving: string): string[] {
  const asked = ({ pool }: Watched) => Boolean(pool.monitor) || Boolean(pool.monitor_group);
  const [other] = all.filter(asked);
  if (other === undefined) return [];
  return all
    .filter((one) => !asked(one))
    .map(
      ({ region, pool }) =>
        `The pool ${pool.name} of ${region} has no monitor while ${other.pool.name} has one, so it counts as healthy, read-only standby or not, and is sent customers as soon as ${other.pool.name} looks ill; give it a monitor that asks ${serving}, or take that of ${other.pool.name} away.`,
    );
}
