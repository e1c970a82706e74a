import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import type { RecordSet } from '../../src/ports/ports';
import { freePort, place, startServer, type RunningServer } from './place';

/** The zone's records at the start; the names of the contract suite are made as they are needed. */
const zoneFile = `$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 600 86400 5
@ IN NS ns1
ns1 IN A 127.0.0.1
*.wild 5 IN A 198.51.100.10
`;

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

function configuration(folder: string, port: number, what: string): string {
  return `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  dnssec-validation no;
};
controls { };
${what}
`;
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
  const start = async (name: string, what: string) => {
    mkdirSync(at.path(name));
    writeFileSync(at.path(name, 'zone'), zoneFile);
    const port = await freePort();
    const file = at.path(name, 'named.conf');
    writeFileSync(file, configuration(at.path(name), port, [...statements, what].join('\n')), { mode: 0o600 });
    const command = ['named', '-g', '-n', '1', '-c', file];
    const server = await startServer(command, at.path(name, 'log'), { host: '127.0.0.1', port });
    return { server, port };
  };
  const declared = `zone "shop.test" { file "zone"; masterfile-format text;`;
  const primary = await start('primary', `${declared} type primary; update-policy { ${policy.join(' ')} }; };`);
  const copied = `type secondary; primaries port ${await freePort()} { 127.0.0.1; };`;
  const secondary = await start('secondary', `${declared} ${copied} };`);
  const update = (...lines: string[]) => {
    const head = [
      `server 127.0.0.1 ${primary.port}`,
      `zone ${zone}`,
      `key hmac-sha256:operator ${keys.operator.secret}`,
    ];
    execFileSync('nsupdate', ['-v'], { input: [...head, ...lines, 'send', ''].join('\n'), stdio: 'pipe' });
  };
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
