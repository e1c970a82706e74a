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
  it("health is requested at the region's own address with the shop's name", async () => {
    const health = await (await shopThat(() => ({ body: healthOf('A') }))).health();
    expect(health).toEqual({ ...healthOf('A'), sessions: undefined, site: undefined, gate: '' });
    const asked = { method: 'GET', path: '/wp-json/handover/v1/health', servername: 'www.shop.test' };
    expect(server.asked[0]).toMatchObject(asked);
    expect(server.asked[0]!.headers).toMatchObject({ 'x-handover-direct': '1', host: `www.shop.test:${server.port}` });
  });

  it('health is requested with the token, because a shop tells its versions to nobody else', async () => {
    await (await shopThat(() => ({ body: healthOf('A') }))).health();
    expect(server.asked[0]!.headers).toMatchObject({ 'x-handover-canary': 'canary-token-of-the-shop' });
  });

  it('a shop with paths of its own is asked there', async () => {
    const paths = { health: '/health', serving: '/serving', canary: '/orders' };
    const headers = { 'x-handover-region': 'A' };
    const answer: Answering = ({ path }) =>
      path === '/health' ? { body: healthOf('A') } : { body: { serving: true, because: 'x' }, headers };
    await (await shopThat(answer, { paths })).health();
    await shop.serving();
    await shop.canaryOrder('canary').catch(() => undefined);
    expect(server.asked.map(({ path }) => path)).toEqual(['/health', '/serving', '/orders']);
  });

  it('the health report of an unhealthy shop is returned', async () => {
    const body = healthOf('A', {
      serving: false,
      because: 'the session store of region A does not answer',
      gate: 'moving 3 carts of ann@shop.test',
    });
    const health = await (await shopThat(() => ({ status: 503, body }))).health();
    expect(health).toMatchObject({
      serving: false,
      because: 'the session store of region A does not answer',
      gate: 'shut',
    });
  });

  it("a database that the shop can't read has epoch 0, no primary, and is read-only", async () => {
    const nothing = {
      reachable: false,
      serverId: null,
      readOnly: null,
      epoch: null,
      primary: null,
      verifiedEpoch: null,
    };
    const body = healthOf('A', { database: nothing });
    const { database } = await (await shopThat(() => ({ status: 503, body }))).health();
    expect(database).toEqual({
      reachable: false,
      serverId: 0,
      readOnly: true,
      epoch: 0,
      primary: '',
      verifiedEpoch: 0,
    });
  });

  it.each([
    ['a web page', { body: '<html>It works!</html>' }, 'garbage'],
    ['a 502 of a gateway', { status: 502, body: '<html>Bad Gateway</html>' }, 'unavailable'],
    ['a 503 without a health report', { status: 503, body: { because: 'overloaded' } }, 'unavailable'],
    ['a health report without a region', { body: healthOf('') }, 'garbage'],
    ['an epoch that is not a number', { body: healthOf('A', { epoch: 'seven' }) }, 'garbage'],
    ['a database without its epoch', { body: healthOf('A', { database: { reachable: true } }) }, 'garbage'],
    ["a redirect to the shop's name", { status: 301, headers: { location: 'https://www.shop.test/' } }, 'garbage'],
  ] satisfies [string, Reply, string][])('%s is not a health report', async (_what, reply, kind) => {
    const error = await failure((await shopThat(() => reply)).health());
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/the shop of region A/i);
  });

  it.each([
    ["WordPress' page for what is not there", { status: 404, body: '<html>Not found</html>' }, 'absent', '404'],
    [
      "WordPress' answer for a route that is not there",
      { status: 404, body: { code: 'rest_no_route' } },
      'absent',
      '404',
    ],
    ['the front page', { body: '<html>It works!</html>' }, 'garbage', '200'],
  ] satisfies [string, Reply, string, string][])(
    '%s shows that the plugin is not active there, and what to do',
    async (_what, reply, kind, status) => {
      const error = await failure((await shopThat(() => reply)).health());
      expect(error).toMatchObject({
        kind,
        message: `The shop of region A returned ${status} and no health report at /wp-json/handover/v1/health, so handover's plugin does not run there. Install it as docs/woocommerce.md says, or correct shop.healthPath.`,
      });
    },
  );
});

describe('serving', () => {
  it.each([
    [200, true, 'region A is the verified primary of epoch 7'],
    [503, false, 'region A is not verified in epoch 7 yet'],
    [503, false, 'setting HANDOVER_EPOCH is wrong'],
    [503, false, 'WordPress was not found; set HANDOVER_WORDPRESS to the folder of wp-load.php'],
  ])('status %i of /serving is %s, with reason and region: %s', async (status, serving, because) => {
    const told = because.replace(
      'setting HANDOVER_EPOCH is wrong',
      'Setting HANDOVER_EPOCH is "x"; it must match ^\\d+$.',
    );
    const reply = { status, headers: { 'x-handover-region': 'A' }, body: { serving, because: told } };
    const answer = await (await shopThat(() => reply)).serving();
    expect(answer).toEqual({ serving, because, region: 'A' });
  });

  it('a serving response without a region is garbage', async () => {
    const error = await failure((await shopThat(() => ({ body: { serving: true, because: 'so' } }))).serving());
    expect(error).toMatchObject({ kind: 'garbage' });
  });
});

describe('canary order', () => {
  const taking =
    (over: Record<string, unknown> = {}, removal: Reply = {}): Answering =>
    ({ method, body }) =>
      method === 'DELETE'
        ? removal
        : {
            status: 201,
            body: { canary: true, key: (JSON.parse(body) as { key: string }).key, region: 'A', epoch: 7, ...over },
          };

  it('a canary order is placed with the token and removed again', async () => {
    const answer = await (await shopThat(taking())).canaryOrder('transfer/lab/canary');
    expect(answer).toEqual({ region: 'A', epoch: 7 });
    const canary = '/wp-json/handover/v1/canary';
    const path = `${canary}/canary-transfer-lab-canary`;
    expect(server.asked).toMatchObject([
      { method: 'POST', path: canary, body: '{"key":"canary-transfer-lab-canary"}' },
      { method: 'DELETE', path },
    ]);
    for (const { headers } of server.asked) {
      expect(headers).toMatchObject({ 'x-handover-canary': 'canary-token-of-the-shop', 'x-handover-direct': '1' });
    }
  });

  it('the same step has the same order key, in a form that the shop accepts', async () => {
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

  it('a canary order that is already removed is a success', async () => {
    await expect((await shopThat(taking({}, { status: 404 }))).canaryOrder('k')).resolves.toMatchObject({
      region: 'A',
    });
  });

  it('a canary order that the plugin says it took back is not removed once more: a firewall may refuse that', async () => {
    const way = 'transaction';
    const refused = { status: 403, body: '<html>ModSecurity</html>' };
    const answer = await (await shopThat(taking({ way }, refused))).canaryOrder('k');
    expect(answer).toEqual({ region: 'A', epoch: 7 });
    expect(server.asked.map(({ method }) => method)).toEqual(['POST']);
  });

  it('a canary order that is not removed is an error', async () => {
    const error = await failure(
      (
        await shopThat(
          taking({}, { status: 503, body: { because: 'no canary order: the database of region A is read-only' } }),
        )
      ).canaryOrder('k'),
    );
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'The shop of region A returned 503: no canary order: the database of region A is read-only.',
    });
  });

  it('a canary order that another region placed is removed and reported', async () => {
    const error = await failure((await shopThat(taking({ region: 'B' }))).canaryOrder('k'));
    expect(error).toMatchObject({ kind: 'garbage' });
    expect(error.message).toBe('Canary order canary-k was sent to region A, but region B placed it.');
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  it('an order that the shop did not mark as a canary is garbage', async () => {
    const error = await failure((await shopThat(taking({ canary: undefined }))).canaryOrder('k'));
    expect(error.kind).toBe('garbage');
  });

  it.each([
    [403, 'denied'],
    [503, 'unavailable'],
    [409, 'conflict'],
  ])('a canary order that gets %i is %s, without the token in the message', async (status, kind) => {
    const message = "Header X-Handover-Canary does not hold this shop's token.";
    const error = await failure((await shopThat(() => ({ status, body: { message } }))).canaryOrder('k'));
    expect(error).toMatchObject({ kind, message: `The shop of region A returned ${status}: ${message}` });
  });

  it.each([
    ['a sentence with its token', { because: 'canary-token-of-the-shop is wrong' }],
    ["a page about an error of the shop's database", '<p>Duplicate entry ann@shop.test</p>'],
    ['that error as text', "WordPress database error Duplicate entry 'ann@shop.test' for key 'user_email'"],
    ['a sentence about a customer', { message: 'Ann Smith has ordered already.', code: 'wc_order_Kx81' }],
  ])('%s is not repeated', async (_what, body) => {
    const error = await failure((await shopThat(() => ({ status: 500, body }))).canaryOrder('k'));
    expect(error.message).toMatch(/^The shop of region A returned 500(: its reason may name a customer, .*)?\.$/);
    expect(error.message).not.toMatch(/canary-token|ann|Smith|wc_order/i);
  });
});
