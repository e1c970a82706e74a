import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, shopName, world } from '../network/places';
import { run } from '../network/commands';

const zone = 'shop.test';
const schema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';
/** Port of the HTTP API, PowerDNS' own default. */
const apiPort = 8081;
const ttlSeconds = 5;

/** All caches are off: with PowerDNS' defaults a query during a change can bring the old answer back for seconds. */
function configuration(apiKey: string): string {
  return `
launch=gsqlite3
gsqlite3-database=/mnt/world/pdns.sqlite3
local-address=${world.authoritative}
local-port=53
api=yes
api-key=${apiKey}
webserver=yes
webserver-address=${world.authoritative}
webserver-port=${apiPort}
webserver-allow-from=0.0.0.0/0
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
distributor-threads=1
receiver-threads=1
socket-dir=/mnt/world
daemon=no
guardian=no
setuid=
setgid=
security-poll-suffix=
version-string=anonymous
`;
}

function records(): string {
  const soa = `ns1.${zone} hostmaster.${zone} 1 3600 600 86400 ${ttlSeconds}`;
  const rows: [name: string, type: string, content: string, ttl: number][] = [
    [zone, 'SOA', soa, 3600],
    [zone, 'NS', `ns1.${zone}`, 3600],
    [`ns1.${zone}`, 'A', world.authoritative, 3600],
    [shopName, 'A', places.A.address, ttlSeconds],
    [`a.${zone}`, 'A', places.A.address, 60],
    [`b.${zone}`, 'A', places.B.address, 60],
  ];
  return rows
    .map(
      ([name, type, content, ttl]) =>
        `INSERT INTO records (domain_id, name, type, content, ttl, disabled, auth) VALUES (1, '${name}', '${type}', '${content}', ${ttl}, 0, 1);`,
    )
    .join('\n');
}

/** PowerDNS with the shop's zone; the shop's name points to A. */
export async function preparePowerDns(root: string, apiKey: string): Promise<ProcessSpec> {
  await mkdir(`${root}/world`, { recursive: true });
  await writeFile(`${root}/world/pdns.conf`, configuration(apiKey), { mode: 0o600 });
  const domain = `INSERT INTO domains (id, name, type) VALUES (1, '${zone}', 'NATIVE');`;
  const input = ['BEGIN;', await readFile(schema, 'utf8'), domain, records(), 'COMMIT;'].join('\n');
  await run('sqlite3', ['-batch', '-bail', `${root}/world/pdns.sqlite3`], { input });
  return {
    name: 'powerdns',
    place: 'world',
    view: 'lab',
    command: 'pdns_server',
    args: ['--config-dir=/mnt/world'],
    listens: [{ udp: 53 }, { tcp: apiPort }],
  };
}
