import type { PortError } from '../../src/ports/errors';
import { rfc2136 } from '../../src/providers/dns/rfc2136/rfc2136';
import { isServerAddress, parseServerAddress } from '../../src/providers/dns/rfc2136/server-address';
import { parseAnswer, updateResponseCode, responseCodeError } from '../../src/providers/dns/rfc2136/tool-output';
import { failure } from './servers/failure';

const server = {
  host: 'ns1.example.net',
  port: 53,
  key: { name: 'handover', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' },
  timeoutMs: 5_000,
  signal: new AbortController().signal,
};

describe('name server addresses', () => {
  it.each([
    ['198.18.0.53', '198.18.0.53', 53],
    ['198.18.0.53:5300', '198.18.0.53', 5300],
    ['2001:db8::53', '2001:db8::53', 53],
    ['[2001:db8::53]:5300', '2001:db8::53', 5300],
    ['ns1.example.net', 'ns1.example.net', 53],
    ['ns1.example.net:5300', 'ns1.example.net', 5300],
  ])('the name server address %s is host %s and port %d', (text, host, port) => {
    expect([isServerAddress(text), parseServerAddress(text)]).toEqual([true, { host, port }]);
  });

  it.each(['', 'ns1:', 'ns1:0', 'ns1:65536', '[ns1]:53', '[2001:db8::53]', 'ns1 ns2', 'ns1\nns2', '@ns1', 'ns1:53:53'])(
    '%j is not a name server address',
    (text) => {
      expect(isServerAddress(text)).toBe(false);
    },
  );
});

/** Output of nsupdate 9.18.49; the live suite has a real server. */
const updates: [output: string, kind: PortError['kind'], words: string][] = [
  ['; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADSIG)\n', 'denied', 'a different secret'],
  [
    '; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADKEY)\n',
    'denied',
    'grant the key handover',
  ],
  ['; TSIG error with server: clocks\nupdate failed: NOTAUTH(BADTIME)\n', 'denied', 'synchronize the clocks'],
  ['update failed: NOTAUTH\n', 'denied', 'is not the primary server of shop.test.'],
  ['update failed: REFUSED\n', 'denied', 'grant the key handover (hmac-sha256) the name'],
  ['update failed: NOTZONE\n', 'refused', 'is outside shop.test.'],
  ['update failed: NOTIMP\n', 'refused', 'does not accept dynamic updates'],
  ['update failed: FORMERR\n', 'refused', 'returned FORMERR'],
  ['update failed: SERVFAIL\n', 'unavailable', 'see its log for the cause'],
  ['; TSIG error with server: expected a TSIG or SIG(0)\n', 'garbage', 'not signed with our key'],
  ['; Communication with 192.0.2.1#53 failed: timed out\n', 'unavailable', 'within 5 s'],
  ['; Communication with 127.0.0.1#1 failed: operation canceled\n', 'unavailable', 'ECONNREFUSED'],
  ['; Communication with 192.0.2.1#53 failed: host unreachable\n', 'unavailable', 'host unreachable'],
  [
    "couldn't get address for 'ns1.example.net': not found\nsyntax error\n",
    'unavailable',
    'could not be resolved (not found)',
  ],
  ["check-names failed: bad owner '_x.shop.test'\nsyntax error\n", 'refused', 'bad owner [hidden] syntax error'],
];

test.each(updates)('an update with the nsupdate output %j is %s', (text, kind, words) => {
  const attempt = () => responseCodeError(updateResponseCode({ code: 2, text }, server), server, 'shop.test.');
  const error = thrownOr(attempt);
  expect(error).toMatchObject({ kind });
  expect(error.message).toContain(words);
});

const head = (status: string, flags: string) =>
  `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: ${flags}; QUERY: 1, ANSWER: 0\n`;
const signature = (code: string) =>
  `;; TSIG PSEUDOSECTION:\nhandover.\t\t0\tANY\tTSIG\thmac-sha256. 1795488432 300 0 12232 ${code} 0 \n`;

/** Output of dig 9.18.49. */
const answers: [output: string, kind: PortError['kind'], words: string][] = [
  [head('REFUSED', 'qr') + signature('NOERROR'), 'denied', 'refused the query for shop.test.'],
  [head('NOTAUTH', 'qr') + signature('BADKEY'), 'denied', 'does not know the key handover'],
  [`;; Couldn't verify signature: expected a TSIG or SIG(0)\n${head('REFUSED', 'qr')}`, 'denied', 'refused the query'],
  [head('SERVFAIL', 'qr') + signature('NOERROR'), 'unavailable', 'SERVFAIL'],
  [head('NOERROR', 'qr ra') + signature('NOERROR'), 'refused', 'is not authoritative for shop.test.'],
  [head('NOTAUTH', 'qr') + signature('BADTIME'), 'denied', 'synchronize the clocks'],
  [`;; Couldn't verify signature: expected a TSIG or SIG(0)\n${head('NOERROR', 'qr aa')}`, 'garbage', 'not signed'],
  [';; communications error to 192.0.2.1#53: timed out\n', 'unavailable', 'within 5 s'],
  [';; communications error to 127.0.0.1#1: connection refused\n', 'unavailable', 'ECONNREFUSED'],
  ["couldn't get address for 'ns1.example.net': not found: skipping lookup", 'unavailable', 'could not be resolved'],
];

test.each(answers)('a query with the dig output %j is %s', (text, kind, words) => {
  const error = thrownOr(() => parseAnswer({ code: 0, text }, server, 'shop.test.'));
  expect(error).toMatchObject({ kind });
  expect((error as PortError).message).toContain(words);
});

function thrownOr<T>(attempt: () => T): T | PortError {
  try {
    return attempt();
  } catch (error) {
    return error as PortError;
  }
}

describe('options', () => {
  const options = { kind: 'rfc2136', zone: 'shop.test.', server: 'ns1', keyName: 'handover', secret: 'file:tsig-key' };
  const withSecret = (secret: string) => ({ secret: () => Promise.resolve(secret) });

  it('rfc2136 lists every invalid option', async () => {
    const wrong = { ...options, zone: 'shop.test', server: 'ns1 ns2', keyName: 'a b', algorithm: 'hmac-md5', url: 1 };
    const error = await failure(rfc2136.connect(wrong, withSecret('')));
    expect(error.kind).toBe('refused');
    for (const field of ['zone', 'server', 'keyName', 'algorithm'])
      expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).toContain('url');
  });

  it.each(['key "handover" { secret "c2VjcmV0"; };', 'c2VjcmV0\nserver 192.0.2.1', 'c2Vjcm', 'not base64!'])(
    'rfc2136 refuses the secret %j without showing it',
    async (secret) => {
      const error = await failure(rfc2136.connect(options, withSecret(secret)));
      expect(error.kind).toBe('refused');
      expect(error.message).toContain('dns.provider.secret');
      expect(error.message).not.toContain(secret);
    },
  );

  it("rfc2136 says what to install when BIND's tools are missing", async () => {
    const zone = await rfc2136.connect(options, withSecret('c2VjcmV0'));
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    const error = await failure(zone.read('www.shop.test.', 'A'));
    process.env.PATH = path;
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('bind9-dnsutils');
  });
});
