import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import type { RecordSet } from '../../src/ports/ports';
import { freePort, place, startServer, type RunningServer } from './place';

const schema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

export interface PowerDns {
  /** URL of the API and address of the name server. */
  url: string;
  address: string;
  zone: string;
  apiKey: string;
  /** Writes a set by the server's own tool. */
  put: (set: RecordSet) => void;
  /** Rises with each change of the zone. */
  serial: () => Promise<number>;
  server: RunningServer;
  close: () => Promise<void>;
}

/** A real PowerDNS on loopback with one empty zone, `shop.test.`. */
export async function powerDns(): Promise<PowerDns> {
  const at = place();
  const [dnsPort, apiPort] = [await freePort(), await freePort()];
  const [zone, apiKey] = ['shop.test.', 'key-of-the-name-server'];
  mkdirSync(at.path('run'));
  execFileSync('sqlite3', [at.path('zones.db')], { input: readFileSync(schema) });
  writeFileSync(
    at.path('pdns.conf'),
    [
      ...['launch=gsqlite3', `gsqlite3-database=${at.path('zones.db')}`, `socket-dir=${at.path('run')}`],
      ...['local-address=127.0.0.1', `local-port=${dnsPort}`, 'daemon=no', 'guardian=no', 'setuid=', 'setgid='],
      ...['api=yes', 'webserver=yes', 'webserver-address=127.0.0.1', `webserver-port=${apiPort}`, `api-key=${apiKey}`],
      ...['cache-ttl=0', 'query-cache-ttl=0', 'negquery-cache-ttl=0', 'zone-cache-refresh-interval=0'],
      ...['distributor-threads=1', 'receiver-threads=1', 'security-poll-suffix='],
    ].join('\n'),
  );
  const tool = (...args: string[]) =>
    execFileSync('pdnsutil', [`--config-dir=${at.path()}`, ...args], { stdio: 'pipe' }).toString();
  tool('create-zone', zone, 'ns1.shop.test');
  const command = ['pdns_server', `--config-dir=${at.path()}`];
  const server = await startServer(command, at.path('log'), { host: '127.0.0.1', port: apiPort });
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  resolver.setServers([`127.0.0.1:${dnsPort}`]);
  return {
    url: `http://127.0.0.1:${apiPort}`,
    address: `127.0.0.1:${dnsPort}`,
    zone,
    apiKey,
    put: ({ name, type, ttlSeconds, values }) => {
      const label = name.slice(0, -`.${zone}`.length);
      tool('replace-rrset', zone, label, type, String(ttlSeconds), ...values);
    },
    serial: async () => (await resolver.resolveSoa(zone)).serial,
    server,
    close: async () => {
      await server.kill();
      at.remove();
    },
  };
}
