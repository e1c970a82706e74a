import type { PortError } from '../../src/ports/errors';
import { rfc2136 } from '../../src/providers/dns/rfc2136/rfc2136';
import { isServer, placeOf } from '../../src/providers/dns/rfc2136/place';
import { answerOf, codeOfUpdate, refusalOf } from '../../src/providers/dns/rfc2136/messages';
import { failure } from './servers/failure';

const server = {
  host: 'ns1.example.net',
  port: 53,
  key: { name: 'handover', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' },
  timeoutMs: 5_000,
  signal: new AbortController().signal,
};

describe('where a name server is', () => {
  it.each([
    ['198.18.0.53', '198.18.0.53', 53],
    ['198.18.0.53:5300', '198.18.0.53', 5300],
    ['2001:db8::53', '2001:db8::53', 53],
    ['[2001:db8::53]:5300', '2001:db8::53', 5300],
    ['ns1.example.net', 'ns1.example.net', 53],
    ['ns1.example.net:5300', 'ns1.example.net', 5300],
  ])('%s is %s, port %d', (text, host, port) => {
    expect([isServer(text), placeOf(text)]).toEqual([true, { host, port }]);
  });

  it.each(['', 'ns1:', 'ns1:0', 'ns1:65536', '[ns1]:53', '[2001:db8::53]', 'ns1 ns2', 'ns1\nns2', '@ns1', 'ns1:53:53'])(
    'is not said by %j',
    (text) => {
      expect(isServer(text)).toBe(false);
    },
  );
});

/** In the words of nsupdate 9.18.49; those of a real server are in the live suite. */
const updates: [said: string, kind: PortError['kind'], words: string][] = [
  ['; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADSIG)\n', 'denied', 'another secret'],
  [
    '; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADKEY)\n',
    'denied',
    'grant the key handover',
  ],
  ['; TSIG error with server: clocks\nupdate failed: NOTAUTH(BADTIME)\n', 'denied', 'set both clocks right'],
  ['update failed: NOTAUTH\n', 'denied', 'is not the primary server of shop.test.'],
  ['update failed: REFUSED\n', 'denied', 'grant the key handover (hmac-sha256) the name'],
  ['update failed: NOTZONE\n', 'refused', 'lies outside of shop.test.'],
  ['update failed: NOTIMP\n', 'refused', 'takes no dynamic updates'],
  ['update failed: FORMERR\n', 'refused', 'answered FORMERR'],
  ['update failed: SERVFAIL\n', 'unavailable', 'its own log says why'],
  ['; TSIG error with server: expected a TSIG or SIG(0)\n', 'garbage', 'not signed with our key'],
  ['; Communication with 192.0.2.1#53 failed: timed out\n', 'unavailable', 'within 5 s'],
  ['; Communication with 127.0.0.1#1 failed: operation canceled\n', 'unavailable', 'ECONNREFUSED'],
  ['; Communication with 192.0.2.1#53 failed: host unreachable\n', 'unavailable', 'host unreachable'],
  [
    "couldn't get address for 'ns1.example.net': not found\nsyntax error\n",
    'unavailable',
    'has no address (not found)',
  ],
  ["check-names failed: bad owner '_x.shop.test'\nsyntax error\n", 'refused', "bad owner '_x.shop.test'"],
];

test.each(updates)('an update of which nsupdate says %j is %s', (text, kind, words) => {
  const attempt = () => refusalOf(codeOfUpdate({ code: 2, text }, server), server, 'shop.test.');
  const error = thrownOr(attempt);
  expect(error).toMatchObject({ kind });
  expect(error.message).toContain(words);
});

const head = (status: string, flags: string) =>
  `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: ${flags}; QUERY: 1, ANSWER: 0\n`;
const signature = (code: string) =>
  `;; TSIG PSEUDOSECTION:\nhandover.\t\t0\tANY\tTSIG\thmac-sha256. 1795488432 300 0 12232 ${code} 0 \n`;

/** In the words of dig 9.18.49. */
const answers: [said: string, kind: PortError['kind'], words: string][] = [
  [head('REFUSED', 'qr') + signature('NOERROR'), 'denied', 'does not answer for shop.test.'],
  [head('NOTAUTH', 'qr') + signature('BADKEY'), 'denied', 'knows no key handover'],
  [`;; Couldn't verify signature: expected a TSIG or SIG(0)\n${head('REFUSED', 'qr')}`, 'denied', 'does not answer'],
  [head('SERVFAIL', 'qr') + signature('NOERROR'), 'unavailable', 'SERVFAIL'],
  [head('NOERROR', 'qr ra') + signature('NOERROR'), 'refused', 'without authority'],
  [head('NOTAUTH', 'qr') + signature('BADTIME'), 'denied', 'set both clocks right'],
  [`;; Couldn't verify signature: expected a TSIG or SIG(0)\n${head('NOERROR', 'qr aa')}`, 'garbage', 'not signed'],
  [';; communications error to 192.0.2.1#53: timed out\n', 'unavailable', 'within 5 s'],
  [';; communications error to 127.0.0.1#1: connection refused\n', 'unavailable', 'ECONNREFUSED'],
  ["couldn't get address for 'ns1.example.net': not found: skipping lookup", 'unavailable', 'has no address'],
];

test.each(answers)('a question of which dig says %j is %s', (text, kind, words) => {
  const error = thrownOr(() => answerOf({ code: 0, text }, server, 'shop.test.'));
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

describe('options of rfc2136', () => {
  const options = { kind: 'rfc2136', zone: 'shop.test.', server: 'ns1', keyName: 'handover', secret: 'file:tsig-key' };
  const withSecret = (secret: string) => ({ secret: () => Promise.resolve(secret) });

  it('name every field that is wrong', async () => {
    const wrong = { ...options, zone: 'shop.test', server: 'ns1 ns2', keyName: 'a b', algorithm: 'hmac-md5', url: 1 };
    const error = await failure(rfc2136.connect(wrong, withSecret('')));
    expect(error.kind).toBe('refused');
    for (const field of ['zone', 'server', 'keyName', 'algorithm'])
      expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).toContain('url');
  });

  it.each(['key "handover" { secret "c2VjcmV0"; };', 'c2VjcmV0\nserver 192.0.2.1', 'c2Vjcm', 'not base64!'])(
    'take no secret such as %j, and do not repeat it',
    async (secret) => {
      const error = await failure(rfc2136.connect(options, withSecret(secret)));
      expect(error.kind).toBe('refused');
      expect(error.message).toContain('dns.provider.secret');
      expect(error.message).not.toContain(secret);
    },
  );

  it('tell what to install where BIND’s programs are missing', async () => {
    const zone = await rfc2136.connect(options, withSecret('c2VjcmV0'));
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    const error = await failure(zone.read('www.shop.test.', 'A'));
    process.env.PATH = path;
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('bind9-dnsutils');
  });
});
