import { mkdir, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, world, type RegionName } from '../network/places';

/**
 * Customers of a region go on with the last answer when the name servers are out of reach, as many providers'
 * resolvers let them (RFC 8767): asked first, and after a quarter of a second the stale answer with a short life.
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
  # A name server that was out of reach is asked again at once when it is back; the default forgets after 15 minutes.
  infra-host-ttl: 1
  infra-cache-max-rtt: 1000
  infra-keep-probing: yes
  # The lab has one zone; every other name is answered at once, so that nothing waits for a world that is not there.
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
export async function layRegionResolver(root: string, region: RegionName): Promise<ProcessSpec> {
  const file = `${root}/etc/unbound.conf`;
  await writeFile(file, configuration(places[region].address, '/srv/run/unbound.pid', true));
  return resolver(`${region}.resolver`, region, '/srv/etc/unbound.conf');
}

/** The resolver of everybody else, which forgets when the TTL is over. */
export async function layWorldResolver(root: string): Promise<ProcessSpec> {
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
