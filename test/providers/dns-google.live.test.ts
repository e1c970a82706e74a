import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { patienceMs } from '../../lab/loopback/until';
import { google } from '../../src/providers/dns/google/google';
import type { GoogleFake } from '../../lab/vendors/google/google';
import { describeSlowDns } from './dns-faults.contract';
import { allowing, everything, keyFile, openFaultWorld, startFake } from './google-world';
import { judgeOf } from './judges/judges';
import { place } from '../../lab/loopback/place';
import { identity } from '../../lab/loopback/web';

describeSlowDns('Google Cloud DNS', openFaultWorld);

const client = judgeOf('google-dns');

/** Requested by the adapter, because Google's client can't request tokens from another server. */
async function tokenFor({ url, origin, tokenUrl, tokens }: GoogleFake, cert: string): Promise<string> {
  const options = { kind: 'google', zone: origin, key: 'file:key.json', ca: 'file:ca.crt', url, tokenUrl };
  const secret = (reference: string) => Promise.resolve(reference === 'file:ca.crt' ? cert : keyFile());
  const zone = await google.connect(options, { secret });
  await zone.read('www.shop.test.', 'A');
  zone.close();
  return tokens()[0] ?? '';
}

if ('because' in client) {
  it.skip(`Google's own client agrees with the fake (skipped: ${client.because})`, () => undefined);
} else {
  it("Google's own client agrees with the fake", async () => {
    const [at, secure] = [place(), identity('IP:127.0.0.1')];
    writeFileSync(at.path('ca.crt'), secure.cert);
    const accounts = allowing([...everything, 'dns.managedZones.get', 'dns.changes.get']);
    const fake = await startFake({ accounts, identity: secure });
    fake.put({ name: 'www.shop.test.', type: 'A', ttlSeconds: 30, values: ['192.0.2.1'] });
    fake.faults.play({ on: { path: /rrsets$/ }, effect: { kind: 'hint', hints: { pageSize: 1 } }, times: Infinity });
    const token = await tokenFor(fake, secure.cert);
    const { host } = new URL(fake.url);
    const calls = [join(__dirname, 'judges/google-dns-calls.mjs'), client.folder, host, 'shop-123456'];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: at.path('ca.crt') };
    const run = promisify(execFile)(process.execPath, [...calls, token], { env, timeout: patienceMs });
    const { stdout } = await run.finally(() => fake.close()).finally(() => at.remove());
    expect(JSON.parse(stdout)).toEqual({
      zones: ['shop-test shop.test.'],
      zone: 'public',
      all: ['A www.shop.test. 30 192.0.2.1', 'NS shop.test. 21600 ns-cloud-d1.googledomains.com.'],
      read: ['A www.shop.test. 30 192.0.2.1'],
      change: 'pending',
      later: 'done',
      moved: ['A www.shop.test. 60 192.0.2.2,192.0.2.3'],
      outdated: { code: 412, reasons: ['conditionNotMet'] },
      there: { code: 409, reasons: ['alreadyExists'] },
      absent: { code: 404, reasons: ['notFound'] },
      elsewhere: { code: 400, reasons: ['invalid'] },
      unknown: { code: 404, reasons: ['notFound'] },
    });
  });
}
