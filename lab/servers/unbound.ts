import { mkdir, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, world, type RegionName } from '../network/places';

/**
 * A region's resolver serves the last answer when the name servers are unreachable, as many providers' resolvers do
 * (RFC 8767): it queries them first, and after 250 ms returns the stale answer with a short TTL.
 */
const serveStale = `
  serve-expired: yes
  serve-expired-ttl: 0
  serve-expired-reply-ttl: 5
  serve-expired-client-timeout: 250
`;

function configuration(address: string, pidfile: string, stale: boolean): string {
  return `
server:
  interface: ${address}
  access-control: 0.0.0.0/0 allow
  do-daemonize: no
  do-ip6: no
  username: ""
  chroot: ""
  directory: "/"
  pidfile: "${pidfile}"
  use-syslog: no
  logfile: ""
  num-threads: 1
  msg-cache-size: 1m
  rrset-cache-size: 2m
  module-config: "iterator"
  qname-minimisation: no
  target-fetch-policy: "0 0 0 0 0"
  # A name server that was unreachable is queried again as soon as it is back; the default waits 15 minutes.
  infra-host-ttl: 1
  infra-cache-max-rtt: 1000
  infra-keep-probing: yes
  # The lab has one zone; every other name is answered at once, so that nothing waits for servers outside the lab.
  local-zone: "." static
  local-zone: "test." nodefault
  local-zone: "shop.test." transparent
${stale ? serveStale : ''}
stub-zone:
  name: "shop.test."
  stub-addr: ${world.authoritative}
remote-control:
  control-enable: no
`;
}

/** A region's own resolver. */
export async function prepareRegionResolver(root: string, region: RegionName): Promise<ProcessSpec> {
  const file = `${root}/etc/unbound.conf`;
  await writeFile(file, configuration(places[region].address, '/srv/run/unbound.pid', true));
  return resolver(`${region}.resolver`, region, '/srv/etc/unbound.conf');
}

/** The resolver of all other places, which drops an answer when its TTL expires. */
export async function prepareWorldResolver(root: string): Promise<ProcessSpec> {
  await mkdir(`${root}/world`, { recursive: true });
  await writeFile(`${root}/world/unbound.conf`, configuration(world.resolver, '/mnt/world/unbound.pid', false));
  return { ...resolver('resolver', 'world', '/mnt/world/unbound.conf'), view: 'lab' };
}

function resolver(name: string, place: ProcessSpec['place'], file: string): ProcessSpec {
  return {
    name,
    place,
    view: 'host',
    command: 'unbound',
    args: ['-d', '-c', file],
    listens: [{ udp: 53 }, { tcp: 53 }],
  };
}
