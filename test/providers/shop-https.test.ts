import { httpsShop, type HttpsShopOptions } from '../../src/providers/shop/https';
import { failure } from './servers/failure';
import { healthOf, identity, web, type Answering, type Reply, type Web } from '../../lab/loopback/web';

const secure = identity('DNS:www.shop.test');
let server: Web;
let shop: ReturnType<typeof httpsShop>;

async function shopThat(answering: Answering, over: Partial<HttpsShopOptions> = {}): Promise<typeof shop> {
  server = await web(answering, secure);
  const canaryToken = 'canary-token-of-the-shop';
  const place = { region: 'A', address: '127.0.0.1', port: server.port, name: 'www.shop.test', ca: secure.cert };
  return (shop = httpsShop({ ...place, canaryToken, timeoutMs: 10_000, ...over }));
}

afterEach(async () => {
  shop.close();
  await server.close();
});

describe('health', () => {
  it('is asked of the region itself, by its own address and under the shop’s name', async () => {
    const health = await (await shopThat(() => ({ body: healthOf('A') }))).health();
    expect(health).toEqual({ ...healthOf('A'), site: undefined, gate: '' });
    expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/health', servername: 'www.shop.test' });
    expect(server.asked[0]!.headers).toMatchObject({ 'x-handover-direct': '1', host: `www.shop.test:${server.port}` });
  });

  it('of an ill shop is an answer too', async () => {
    const body = healthOf('A', {
      serving: false,
      because: 'the session store of region A does not answer',
      gate: 'moving',
    });
    const health = await (await shopThat(() => ({ status: 503, body }))).health();
    expect(health).toMatchObject({
      serving: false,
      because: 'the session store of region A does not answer',
      gate: 'moving',
    });
  });

  it('claims nothing for a database that the shop can’t see', async () => {
    const nothing = {
      reachable: false,
      serverId: null,
      readOnly: null,
      epoch: null,
      primary: null,
      verifiedEpoch: null,
    };
    const body = healthOf('A', { database: nothing, sessions: { reachable: false, role: null } });
    const { database, sessions } = await (await shopThat(() => ({ status: 503, body }))).health();
    expect(database).toEqual({
      reachable: false,
      serverId: 0,
      readOnly: true,
      epoch: 0,
      primary: '',
      verifiedEpoch: 0,
    });
    expect(sessions).toEqual({ reachable: false, role: '' });
  });

  it.each([
    ['a web page', { body: '<html>It works!</html>' }, 'garbage'],
    ['a gateway that found nobody', { status: 502, body: '<html>Bad Gateway</html>' }, 'unavailable'],
    ['a 503 without an account', { status: 503, body: { because: 'overloaded' } }, 'unavailable'],
    ['no region', { body: healthOf('') }, 'garbage'],
    ['an epoch in words', { body: healthOf('A', { epoch: 'seven' }) }, 'garbage'],
    ['a database without its epoch', { body: healthOf('A', { database: { reachable: true } }) }, 'garbage'],
    ['a redirect to the shop’s name', { status: 301, headers: { location: 'https://www.shop.test/' } }, 'garbage'],
  ] satisfies [string, Reply, string][])('%s is no health', async (_what, reply, kind) => {
    const error = await failure((await shopThat(() => reply)).health());
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/the shop of region A/i);
  });
});

describe('serving', () => {
  it.each([
    [200, true],
    [503, false],
  ])('%i says %s, why, and which region says so', async (status, serving) => {
    const reply = { status, headers: { 'x-handover-region': 'A' }, body: { serving, because: 'epoch 7 is verified' } };
    const answer = await (await shopThat(() => reply)).serving();
    expect(answer).toEqual({ serving, because: 'epoch 7 is verified', region: 'A' });
  });

  it('without a region is garbage', async () => {
    const error = await failure((await shopThat(() => ({ body: { serving: true, because: 'so' } }))).serving());
    expect(error).toMatchObject({ kind: 'garbage' });
  });
});

describe('a canary order', () => {
  const taking =
    (over: Record<string, unknown> = {}, removal: Reply = {}): Answering =>
    ({ method, body }) =>
      method === 'DELETE'
        ? removal
        : {
            status: 201,
            body: { canary: true, key: (JSON.parse(body) as { key: string }).key, region: 'A', epoch: 7, ...over },
          };

  it('is placed with the token and removed again', async () => {
    const answer = await (await shopThat(taking())).canaryOrder('transfer/lab/canary');
    expect(answer).toEqual({ region: 'A', epoch: 7 });
    const path = '/orders/canary-transfer-lab-canary';
    expect(server.asked).toMatchObject([
      { method: 'POST', path: '/orders', body: '{"key":"canary-transfer-lab-canary"}' },
      { method: 'DELETE', path },
    ]);
    for (const { headers } of server.asked) {
      expect(headers).toMatchObject({ 'x-handover-canary': 'canary-token-of-the-shop', 'x-handover-direct': '1' });
    }
  });

  it('has the same key for the same step, of a form that the shop takes', async () => {
    const long = `transfer/lab/${'x'.repeat(200)}`;
    await (await shopThat(taking())).canaryOrder(long);
    await shop.canaryOrder(long);
    await shop.canaryOrder(`${long}y`);
    const keys = server.asked
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => (JSON.parse(body) as { key: string }).key);
    expect(keys[0]).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('may be gone already', async () => {
    await expect((await shopThat(taking({}, { status: 404 }))).canaryOrder('k')).resolves.toMatchObject({
      region: 'A',
    });
  });

  it('that stays is a failure, which the next attempt with the same key can mend', async () => {
    const error = await failure(
      (await shopThat(taking({}, { status: 503, body: { because: 'read-only now' } }))).canaryOrder('k'),
    );
    expect(error).toMatchObject({ kind: 'unavailable', message: 'The shop of region A answered 503: read-only now.' });
  });

  it('that another region took is removed and told', async () => {
    const error = await failure((await shopThat(taking({ region: 'B' }))).canaryOrder('k'));
    expect(error).toMatchObject({ kind: 'garbage' });
    expect(error.message).toBe(
      'The address of region A answered canary order canary-k as region B with order canary-k.',
    );
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  it('that was really placed, because the shop does not know canaries, is garbage', async () => {
    const error = await failure((await shopThat(taking({ canary: undefined }))).canaryOrder('k'));
    expect(error.kind).toBe('garbage');
  });

  it.each([
    [403, 'denied'],
    [503, 'unavailable'],
    [409, 'conflict'],
  ])('refused with %i is %s, and the message holds no token', async (status, kind) => {
    const because = 'header X-Handover-Canary does not hold this, but canary-token-of-the-shop';
    const error = await failure((await shopThat(() => ({ status, body: { because } }))).canaryOrder('k'));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain('header X-Handover-Canary does not hold this');
    expect(error.message).not.toContain('canary-token-of-the-shop');
  });
});
