/**
 * A process of its own, because what is tested is whether it would live: calls each adapter once at the given address, and prints one line of
 * JSON for each result and for each error that nobody caught. It runs in a network namespace from which nothing can be reached.
 */
import { generateKeyPairSync } from 'node:crypto';
import { authoritative } from '../../../src/providers/dns/authoritative';
import { rfc2136 } from '../../../src/providers/dns/rfc2136/rfc2136';
import { mariadb } from '../../../src/providers/database/mariadb/mariadb';
import { ssh } from '../../../src/providers/host/ssh';
import { openHttp } from '../../../src/providers/http/client';
import { prober } from '../../../src/providers/probe';
import { redis } from '../../../src/providers/sessions/redis';
import { httpsShop } from '../../../src/providers/shop/https';
import { dynamodb } from '../../../src/providers/table/dynamodb';
import { durationOf } from '../../duration';
import { PortError } from '../../../src/ports/errors';

/** Not one of ssh2's own making: of its ed25519 keys 17 in 3,000 can't be read back. */
const rsaKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

interface Attempt {
  asked: Promise<unknown>;
  close: () => unknown;
}

const [address = ''] = process.argv.slice(2);
const host = address.includes(':') ? `[${address}]` : address;
const timeoutMs = 1_000;
/** The kind RFC 2136 has no option for its limit. */
const ownLimits: Record<string, number> = { 'RFC 2136': 5_500 };

/** Each opens what it needs, asks once and closes. */
const adapters: Record<string, () => Attempt> = {
  'HTTP to a name with a given address': () => http({ baseUrl: 'http://www.shop.test', address }),
  'HTTPS to a name with a given address': () => http({ baseUrl: 'https://www.shop.test', address }),
  'HTTP to an address': () => http({ baseUrl: `http://${host}` }),
  'HTTPS to an address': () => http({ baseUrl: `https://${host}` }),
  shop: () => {
    const shop = httpsShop({ region: 'A', address, name: 'www.shop.test', canaryToken: 'canary-token', timeoutMs });
    return { asked: shop.serving(), close: shop.close };
  },
  MariaDB: () => {
    const names = {
      region: 'A',
      site: 'lab',
      user: 'runbook',
      shopUser: 'shop',
      database: 'shop',
      replicationUser: 'repl',
    };
    const secrets = { password: 'secret-db', replicationPassword: 'secret-repl', ca: '', sourceCa: '/ca.crt' };
    const database = mariadb({ ...names, ...secrets, host: address, port: 3306, idTables: [], timeoutMs });
    return { asked: database.state(), close: database.close };
  },
  Redis: () => {
    const databases = { sessionsDb: 0, cacheDb: 1 };
    const sessions = redis({ region: 'A', host: address, port: 6379, password: 'secret', ...databases, timeoutMs });
    return { asked: sessions.state(), close: sessions.close };
  },
  ssh: () => overSsh(rsaKey()),
  'ssh with a key that is none': () => overSsh('no key'),
  'name server': () => ({
    asked: authoritative({ servers: [host], timeoutMs })('www.shop.test', 'A', 1),
    close: () => undefined,
  }),
  'RFC 2136': () => {
    const options = { kind: 'rfc2136', zone: 'shop.test.', server: address, keyName: 'handover', secret: 'file:tsig' };
    const opening = rfc2136.connect(options, { secret: () => Promise.resolve('c2VjcmV0LXNlY3JldC1zZWNyZXQ=') });
    return {
      asked: opening.then((zone) => zone.read('www.shop.test.', 'A')),
      close: () => opening.then((zone) => zone.close()),
    };
  },
  DynamoDB: () => table(`http://${host}`),
  'DynamoDB over TLS': () => table(`https://${host}`),
  'probe of the shop': () => probe('app', address),
  'probe of the table': () => probe('table', `http://${host}`),
  'control targets': () => ({ asked: prober().controlsAnswer([`${host}:53`], timeoutMs), close: () => undefined }),
};

function http(where: { baseUrl: string; address?: string }): Attempt {
  const client = openHttp({ server: 'the server', ...where, timeoutMs });
  return { asked: client.send({ path: '/' }), close: client.close };
}

function overSsh(privateKey: string): Attempt {
  const login = { port: 22, user: 'root', key: privateKey, knownHosts: '', connectTimeoutMs: timeoutMs };
  const opened = ssh({ region: 'A', address, ...login });
  return { asked: opened.run('true', { timeoutMs }), close: opened.close };
}

function table(endpoint: string): Attempt {
  const opened = dynamodb({
    tableRegion: 'lab-a',
    endpoint,
    table: 'shop',
    key: 'AKIDEXAMPLE:secret-table',
    timeoutMs,
  });
  return { asked: opened.read('canary'), close: opened.close };
}

function probe(signal: 'app' | 'table', where: string): Attempt {
  const target = {
    target: { signal, region: 'A' },
    address: where,
    name: 'www.shop.test',
    caPem: '',
    key: 'file:table',
  };
  const { probe: run } = prober(() => Promise.resolve('AKIDEXAMPLE:secret-table'));
  return {
    asked: run({ ...target, tableRegion: 'lab-a', nameServers: [] }, 'north', timeoutMs),
    close: () => undefined,
  };
}

async function report(adapter: string): Promise<void> {
  const { asked, close } = adapters[adapter]!();
  let outcome: unknown;
  const ms = await durationOf(async () => {
    outcome = await asked.catch((error: unknown) =>
      error instanceof PortError ? { kind: error.kind, because: error.message } : { thrown: String(error) },
    );
  });
  await close();
  const overLimitMs = Math.round(ms - (ownLimits[adapter] ?? timeoutMs));
  process.stdout.write(`${JSON.stringify({ adapter, outcome, overLimitMs })}\n`);
}

process.on('uncaughtException', (error) => {
  process.stdout.write(`${JSON.stringify({ uncaught: error.stack })}\n`);
});
void Promise.all(Object.keys(adapters).map(report));
