/** Flaws of a Cloudflare load balancer's pools and their monitors, which move customers by themselves. */
import type { Monitor, Pool, PoolsApi } from './api';
import { healthCheckFlaw } from '../switch';

/** A pool of the balancer and its monitor. */
interface MonitoredPool {
  region: string;
  pool: Pool;
  monitor: Monitor | undefined;
}

/** Each flaw is a sentence that says what to change. @throws PortError as the API calls do. */
export async function poolFlaws(api: PoolsApi, serving: string): Promise<string[]> {
  const [ids, pools] = [await api.ids(), await api.pools()];
  const named = Object.entries(ids).map(([region, id]) => ({ region, id, pool: pools.find((one) => one.id === id) }));
  const absent = named.flatMap(({ region, id, pool }) =>
    pool === undefined ? [`The account has no pool ${id}; correct traffic.pools.${region}.`] : [],
  );
  const monitored = await Promise.all(
    named.flatMap(({ region, pool }) => (pool === undefined ? [] : [withMonitor(api, region, pool)])),
  );
  return [
    ...absent,
    ...monitored.flatMap((one) => singlePoolFlaws(one, serving)),
    ...missingMonitorFlaws(monitored, serving),
  ];
}

async function withMonitor(api: PoolsApi, region: string, pool: Pool): Promise<MonitoredPool> {
  return { region, pool, monitor: pool.monitor ? await api.monitor(pool.monitor) : undefined };
}

function singlePoolFlaws({ region, pool, monitor }: MonitoredPool, serving: string): string[] {
  const { name, enabled, origins, monitor_group: group } = pool;
  const reasons = [
    enabled === false && `The pool ${name} of ${region} is disabled and would get no customers; enable it.`,
    !origins.some((origin) => origin.enabled !== false) &&
      `The pool ${name} of ${region} has no enabled endpoint; enable one.`,
    Boolean(group) &&
      `The pool ${name} of ${region} has a monitor group, which is not checked here; give it a single monitor that requests ${serving}.`,
    monitor && monitorFlaw(`The monitor of the pool ${name}`, monitor, serving),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

function monitorFlaw(title: string, { type, path, expected_codes: codes }: Monitor, serving: string) {
  const flaw = healthCheckFlaw(title, { protocol: type, path }, serving);
  if (flaw !== undefined || !accepts(codes ?? '', 503)) return flaw;
  return `${title} accepts ${codes ?? ''} as healthy, including the 503 of a read-only standby; set expected_codes to 200.`;
}

/** `codes` is a list of numbers, classes such as `2xx`, and ranges. */
function accepts(codes: string, status: number): boolean {
  return codes.split(',').some((each) => {
    const [least = '', most = least] = each.toLowerCase().trim().split('-');
    return Number(least.replaceAll('x', '0')) <= status && status <= Number(most.replaceAll('x', '9') || NaN);
  });
}

/** A pool without a monitor counts as healthy. If no pool has one, the order alone decides; otherwise it takes over when the monitored pool is unhealthy. */
function missingMonitorFlaws(all: readonly MonitoredPool[], serving: string): string[] {
  const hasMonitor = ({ pool }: MonitoredPool) => Boolean(pool.monitor) || Boolean(pool.monitor_group);
  const [other] = all.filter(hasMonitor);
  if (other === undefined) return [];
  return all
    .filter((one) => !hasMonitor(one))
    .map(
      ({ region, pool }) =>
        `The pool ${pool.name} of ${region} has no monitor but ${other.pool.name} has one, so it counts as healthy even as a read-only standby and gets the customers when ${other.pool.name} is unhealthy; give it a monitor that requests ${serving}, or remove the monitor of ${other.pool.name}.`,
    );
}
