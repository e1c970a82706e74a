import { writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { peerOf, places, type RegionName } from '../network/places';

/**
 * Both configurations name the other region as source: a Redis that restarts comes back as a replica, which refuses writes,
 * as MariaDB comes back read-only. Only the lab at `up`, and later the runbook, makes one of them primary.
 */
function configuration(region: RegionName, password: string): string {
  const { address } = places[region];
  return `
bind ${address}
protected-mode no
port 6379
unixsocket /srv/run/redis.sock
unixsocketperm 700
daemonize no
dir /srv/redis
databases 16
requirepass ${password}
masterauth ${password}
replicaof ${places[peerOf(region)].address} 6379
replica-announce-ip ${address}
# Sessions and carts: acknowledged writes survive kill -9, except those of the last second.
appendonly yes
appendfsync everysec
save ""
repl-diskless-sync yes
repl-diskless-sync-delay 0
repl-ping-replica-period 1
# A peer that is silent for 5 s counts as lost; the default of 60 s would hide a cut.
repl-timeout 5
repl-backlog-size 16mb
`;
}

export async function prepareRedis(root: string, region: RegionName, password: string): Promise<ProcessSpec> {
  await writeFile(`${root}/etc/redis.conf`, configuration(region, password), { mode: 0o600 });
  return {
    name: `${region}.redis`,
    place: region,
    view: 'host',
    // Debian's redis-server package installs a service; redis-tools contains the same program under this name.
    command: 'bash',
    args: ['-c', 'exec -a redis-server redis-check-rdb /srv/etc/redis.conf'],
    listens: [{ tcp: 6379 }, { path: '/srv/run/redis.sock' }],
  };
}
