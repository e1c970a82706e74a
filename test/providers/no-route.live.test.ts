/** Losing the route to a region is the very outage that handover is for, so no adapter may end the process over it. */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = process.getuid?.() === 0;
const namespace = `handover-${process.pid}`;
const ip = (command: string) => execFileSync('ip', command.split(' '), { stdio: 'pipe' });

/** What becomes of a packet to each address. The peer of `gone` has no address, so what is sent there is dropped in silence. */
const routes = [
  'link set lo up',
  'link add gone type veth peer name nobody',
  'link set gone up',
  'link set nobody up',
  'addr add 192.0.2.1/24 dev gone',
  'neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev gone nud permanent',
  'route add unreachable 198.51.100.1',
  'route add prohibit 198.51.100.2',
  'route add blackhole 198.51.100.3',
  'route add 198.51.100.4 via 192.0.2.9',
];

/** A result of an adapter, or an error that nobody caught. */
interface Report {
  adapter?: string;
  outcome?: { kind?: string };
  overLimitMs?: number;
  uncaught?: string;
}

/** Calls every adapter at `address` in a process inside the namespace; `code` is how that process ended. */
async function callAll(address: string): Promise<{ code: number | null; errors: string; reports: Report[] }> {
  const program = [
    'node',
    '-r',
    join(__dirname, '../typescript.cjs'),
    join(__dirname, 'no-route/adapters.ts'),
    address,
  ];
  const child = spawn('ip', ['netns', 'exec', namespace, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((ended) => child.once('close', ended));
  const lines = output.split('\n').filter(Boolean);
  return { code, errors, reports: lines.map((line) => JSON.parse(line) as Report) };
}

/** What the process needs for its own part: fifteen adapters begin and end at once. */
const toleranceMs = 500;

/** One word for an outcome. */
function wordOf(outcome: unknown): unknown {
  if (typeof outcome !== 'object' || outcome === null) return outcome;
  if ('kind' in outcome) return outcome.kind;
  if ('outcome' in outcome) return outcome.outcome;
  return Array.isArray(outcome) ? wordOf(outcome[0]) : outcome;
}

const expected = {
  'HTTP to a name with a given address': 'unavailable',
  'HTTPS to a name with a given address': 'unavailable',
  'HTTP to an address': 'unavailable',
  'HTTPS to an address': 'unavailable',
  shop: 'unavailable',
  MariaDB: 'unavailable',
  Redis: 'unavailable',
  ssh: 'unavailable',
  'ssh with a key that is none': 'refused',
  'name server': { server: expect.any(String) as string, because: expect.any(String) as string },
  'RFC 2136': 'unavailable',
  DynamoDB: 'unavailable',
  'DynamoDB over TLS': 'unavailable',
  'probe of the shop': 'failed',
  'probe of the table': 'failed',
  'control targets': false,
};

const suite = root ? describe : describe.skip;

suite(`the process lives when an address has no route${root ? '' : ' (skipped: network namespaces need root)'}`, () => {
  beforeAll(() => {
    ip(`netns add ${namespace}`);
    for (const route of routes) ip(`-n ${namespace} ${route}`);
    ip(`netns exec ${namespace} sysctl -qw net.ipv6.conf.all.disable_ipv6=1`);
  });
  afterAll(() => ip(`netns del ${namespace}`));

  it.each([
    ['no route at all', '203.0.113.1'],
    ['a route that is unreachable', '198.51.100.1'],
    ['a route that is prohibited', '198.51.100.2'],
    ['a route that is a black hole', '198.51.100.3'],
    ['a route on which everything is dropped', '198.51.100.4'],
    ['IPv6 on a host without it', '2001:db8::1'],
  ])('every adapter fails within its timeout on %s', async (_what, address) => {
    const { code, errors, reports } = await callAll(address);
    expect({ code, errors, uncaught: reports.filter(({ uncaught }) => uncaught !== undefined) }).toEqual({
      code: 0,
      errors: '',
      uncaught: [],
    });
    expect(Object.fromEntries(reports.map(({ adapter = '', outcome }) => [adapter, wordOf(outcome)]))).toEqual(
      expected,
    );
    expect(reports.filter(({ overLimitMs = 0 }) => overLimitMs > toleranceMs)).toEqual([]);
  });
});
