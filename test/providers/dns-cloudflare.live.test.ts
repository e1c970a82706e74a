import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { patienceMs } from '../../lab/loopback/until';
import { openFaultWorld, startFake, token } from './cloudflare-world';
import { describeSlowDns } from './dns-faults.contract';
import { judgeOf } from './judges/judges';

describeSlowDns('Cloudflare DNS', openFaultWorld);

const client = judgeOf('cloudflare');

if ('because' in client) {
  it.skip(`Cloudflare's own client agrees with the fake (skipped: ${client.because})`, () => undefined);
} else {
  it("Cloudflare's own client agrees with the fake", async () => {
    const pools = 'Load Balancing: Monitors and Pools Read';
    const fake = await startFake({ tokens: { [token]: ['Zone Read', 'DNS Write', 'Load Balancers Write', pools] } });
    const [a, b] = [fake.putPool({ name: 'a' }), fake.putPool({ name: 'b', enabled: false })];
    fake.putBalancer({ name: 'pools.shop.test', default_pools: [a, b], fallback_pool: b });
    fake.put({ name: 'www.shop.test.', type: 'A', ttlSeconds: 300, values: ['192.0.2.1'] });
    fake.put({ name: 'api.shop.test.', type: 'A', ttlSeconds: 300, values: ['192.0.2.9'] });
    const calls = [join(__dirname, 'judges/cloudflare-calls.mjs'), client.folder, fake.url, token];
    const run = promisify(execFile)(process.execPath, [...calls, fake.zoneId, fake.accountId], { timeout: patienceMs });
    const { stdout } = await run.finally(() => fake.close());
    expect(JSON.parse(stdout)).toEqual({
      zones: [{ id: fake.zoneId, name: 'shop.test' }],
      zone: 'shop.test',
      token: 'active',
      made: { name: 'www.shop.test', content: '192.0.2.2', proxied: false },
      read: ['192.0.2.1 300', '192.0.2.2 60'],
      identical: { status: 400, codes: [81058], kind: 'BadRequestError' },
      edited: '192.0.2.3',
      put: 120,
      got: '192.0.2.4',
      batch: ['192.0.2.5', '192.0.2.6'],
      broken: { status: 400, codes: [9005], kind: 'BadRequestError' },
      deleted: true,
      gone: { status: 404, codes: [81044], kind: 'NotFoundError' },
      left: ['192.0.2.1 300', '192.0.2.6 60'],
      balancer: { name: 'pools.shop.test', pools: 2 },
      turned: true,
      kept: true,
      pools: [
        { name: 'a', enabled: true },
        { name: 'b', enabled: false },
      ],
      health: true,
      denied: { status: 403, codes: [9109], kind: 'PermissionDeniedError' },
    });
  });
}
