import { execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import type { RecordSet } from '../../src/ports/ports';
import { startNamed } from './named';
import { freePort, place, type RunningServer } from './place';

export interface Key {
  name: string;
  algorithm: string;
  /** base64 */
  secret: string;
}

export interface Bind {
  /** HOST:PORT of the primary. */
  address: string;
  /** HOST:PORT of another server, which only has a copy. */
  secondary: string;
  zone: string;
  /** May change every A, AAAA and CNAME of the zone. */
  key: Key;
  /** The server knows it, and grants it `only.shop.test.` alone. */
  narrowKey: Key;
  /** Writes a set as the server's operator would, with a key that may do everything. */
  put: (set: RecordSet) => void;
  /** Takes back every record of a name. */
  drop: (name: string) => void;
  /** Rises with each change of the zone. */
  serial: () => Promise<number>;
  server: RunningServer;
  close: () => Promise<void>;
}

function newKey(name: string, algorithm = 'hmac-sha256'): Key & { statement: string } {
  const statement = execFileSync('tsig-keygen', ['-a', algorithm, name], { encoding: 'utf8' });
  return { name, algorithm, statement, secret: /secret "(.+)"/.exec(statement)?.[1] ?? '' };
}

const zone = 'shop.test.';

function nsupdate(port: number, key: Key, lines: readonly string[]): void {
  const head = [`server 127.0.0.1 ${port}`, `zone ${zone}`, `key hmac-sha256:${key.name} ${key.secret}`];
  execFileSync('nsupdate', ['-v'], { input: [...head, ...lines, 'send', ''].join('\n'), stdio: 'pipe' });
}

/** A real BIND on loopback with the zone `shop.test.`, and a second one that serves a copy of its file and takes no updates. */
export async function bind(): Promise<Bind> {
  const at = place();
  const keys = { operator: newKey('operator'), key: newKey('handover'), narrow: newKey('narrow', 'hmac-sha512') };
  const statements = Object.values(keys).map(({ statement }) => statement);
  const policy = [
    'grant operator zonesub ANY;',
    'grant handover zonesub A AAAA CNAME;',
    'grant narrow name only.shop.test. A;',
  ];
  const start = (name: string, what: string) => startNamed(at, name, [...statements, what].join('\n'));
  const declared = `zone "shop.test" { file "zone"; masterfile-format text;`;
  const primary = await start('primary', `${declared} type primary; update-policy { ${policy.join(' ')} }; };`);
  const copied = `type secondary; primaries port ${await freePort()} { 127.0.0.1; };`;
  const secondary = await start('secondary', `${declared} ${copied} };`);
  const update = (...lines: string[]) => nsupdate(primary.port, keys.operator, lines);
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  resolver.setServers([`127.0.0.1:${primary.port}`]);
  return {
    address: `127.0.0.1:${primary.port}`,
    secondary: `127.0.0.1:${secondary.port}`,
    zone,
    key: keys.key,
    narrowKey: keys.narrow,
    put: ({ name, type, ttlSeconds, values }) => {
      const added = values.map((value) => `update add ${name} ${ttlSeconds} ${type} ${value}`);
      update(`update delete ${name} ${type}`, ...added);
    },
    drop: (name) => update(`update delete ${name}`),
    serial: async () => (await resolver.resolveSoa(zone)).serial,
    server: primary.server,
    close: async () => {
      await Promise.all([primary.server.kill(), secondary.server.kill()]);
      at.remove();
    },
  };
}
