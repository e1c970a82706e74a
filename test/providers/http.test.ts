import { z } from 'zod';
import { answered } from '../../src/providers/http/connection-failed';
import { openHttp, type HttpClient, type HttpOptions, type HttpRequest } from '../../src/providers/http/client';
import { requireSuccess, parseBody, retryAfterMs, bodyOf, bodyOr503 } from '../../src/providers/http/answers';
import { failure } from './servers/failure';
import { freePort } from '../../lab/loopback/place';
import { identity, web, type Answering, type Web } from '../../lab/loopback/web';

const secure = identity('DNS:www.shop.test');
const stranger = identity('DNS:www.shop.test');
const elsewhere = identity('DNS:other.test');

let server: Web;
const clients: HttpClient[] = [];

async function serving(answering: Answering, with_?: typeof secure): Promise<Web> {
  server = await web(answering, with_);
  return server;
}

function client(over: Partial<HttpOptions> = {}): HttpClient {
  const opened = openHttp({ who: 'the server', baseUrl: server.url, timeoutMs: 10_000, ...over });
  clients.push(opened);
  return opened;
}

afterEach(async () => {
  clients.splice(0).forEach((each) => each.close());
  await server.close();
});

describe('one request', () => {
  it('brings back status, headers and body, and sends what it was given', async () => {
    await serving(() => ({ status: 201, headers: { 'X-Handover-Region': 'A' }, body: { fine: true } }));
    const http = client({ headers: { 'x-api-key': 'a-key-of-ours' } });
    const answer = await http.ask({ method: 'POST', path: '/orders?x=1', json: { key: 'k' } });
    expect(answer).toMatchObject({ who: 'the server', status: 201, text: '{"fine":true}' });
    expect(answer.headers['x-handover-region']).toBe('A');
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/orders?x=1', body: '{"key":"k"}' });
    expect(server.asked[0]!.headers).toMatchObject({
      'x-api-key': 'a-key-of-ours',
      'content-type': 'application/json',
    });
  });

  it('reaches a region by its own address with the shop’s name as Host and SNI', async () => {
    await serving(() => ({}), secure);
    const baseUrl = `https://www.shop.test:${server.port}`;
    await client({ baseUrl, address: '127.0.0.1', ca: secure.cert }).ask({ path: '/health' });
    expect(server.asked[0]).toMatchObject({ servername: 'www.shop.test' });
    expect(server.asked[0]!.headers.host).toBe(`www.shop.test:${server.port}`);
  });

  it('uses a connection again, but none that has been idle for 2 s', async () => {
    await serving(() => ({}));
    const http = client();
    await http.ask({ path: '/' });
    await http.ask({ path: '/' });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    await http.ask({ path: '/' });
    expect(server.asked.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it('waits for a slow answer as long as it may, however long a connection may idle', async () => {
    await serving(() => ({ body: 'late', afterMs: 2_300 }));
    expect(await client().ask({ path: '/' })).toMatchObject({ text: 'late' });
    expect(server.asked).toHaveLength(1);
  });

  it.each(['ftp://127.0.0.1/', 'not a url', ''])('refuses the base %j at once', (baseUrl) => {
    server = { close: () => Promise.resolve() } as Web;
    expect(() => client({ baseUrl })).toThrow(/URL of the server is not one of http or https/);
  });
});

describe('no usable answer', () => {
  it.each([
    ['silence', 'hang', 'unavailable', false, /no whole answer from the server within 0.3 s/],
    ['a body that never ends', 'drip', 'unavailable', false, /no whole answer from the server within 0.3 s/],
    ['a connection that breaks', 'cut', 'unavailable', true, /connection to the server failed \(ECONNRESET\)/],
  ] as const)('%s is told apart', async (_what, how, kind, spoke, because) => {
    await serving(() => how);
    const error = await failure(client({ timeoutMs: 300 }).ask({ path: '/' }));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(because);
    expect(answered(error)).toBe(spoke);
  });

  it('a refused connection is unavailable, and somebody spoke', async () => {
    await serving(() => ({}));
    const error = await failure(client({ baseUrl: `http://127.0.0.1:${await freePort()}` }).ask({ path: '/' }));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the server failed (ECONNREFUSED).',
    });
    expect(answered(error)).toBe(true);
  });

  it('asks once only, however it fails', async () => {
    await serving(() => 'cut');
    await failure(client().ask({ path: '/' }));
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['an unknown authority', stranger, /certificate of the server is not the expected one/],
    ['another name', elsewhere, /certificate of the server is not the expected one \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
  ])('a certificate of %s is no answer', async (_what, presented, because) => {
    await serving(() => ({}), presented);
    const ca = presented === elsewhere ? elsewhere.cert : secure.cert;
    const baseUrl = `https://www.shop.test:${server.port}`;
    const error = await failure(client({ baseUrl, address: '127.0.0.1', ca }).ask({ path: '/' }));
    expect(error.kind).toBe('garbage');
    expect(error.message).toMatch(because);
    expect(server.asked).toHaveLength(0);
  });

  it('plain HTTP where TLS is expected is garbage', async () => {
    await serving(() => ({}));
    const error = await failure(client({ baseUrl: `https://127.0.0.1:${server.port}` }).ask({ path: '/' }));
    expect(error.kind).toBe('garbage');
  });

  it('never follows a redirect, and names only the host it leads to', async () => {
    const location = 'https://login.example/take?token=very-secret';
    await serving(() => ({ status: 302, headers: { location } }));
    const error = await failure(client().ask({ path: '/' }));
    expect(error).toMatchObject({
      kind: 'garbage',
      message: 'Instead of answering, the server redirected to login.example (302).',
    });
    expect(server.asked).toHaveLength(1);
  });

  it('stops reading a body that is too long', async () => {
    await serving(() => ({ body: 'x'.repeat(5_000) }));
    const error = await failure(client({ maxBytes: 1_000 }).ask({ path: '/' }));
    expect(error).toMatchObject({ kind: 'garbage', message: 'The answer of the server was longer than 1000 bytes.' });
  });

  it('a secret that can’t be a header is refused without being repeated', async () => {
    await serving(() => ({}));
    const error = await failure(client({ headers: { 'x-api-key': 'first\nsecond-line' } }).ask({ path: '/' }));
    expect(error.kind).toBe('refused');
    expect(error.message).not.toContain('second-line');
  });
});

describe('a status is one kind of failure', () => {
  it.each([
    [400, 'refused'],
    [401, 'denied'],
    [403, 'denied'],
    [404, 'absent'],
    [408, 'unavailable'],
    [409, 'conflict'],
    [410, 'refused'],
    [412, 'conflict'],
    [422, 'refused'],
    [425, 'unavailable'],
    [429, 'limited'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [304, 'garbage'],
  ])('%i is %s', async (status, kind) => {
    await serving(() => ({ status, body: { message: 'says the server' } }));
    const answer = await client().ask({ path: '/' });
    const error = await failure(Promise.resolve().then(() => requireSuccess(answer)));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(`The server answered ${status}`);
  });

  it.each([
    ['5', 5_000],
    ['0', 0],
    ['3600', 60_000],
    ['Mon, 23 Nov 2026 12:00:07 GMT', 7_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['Tue, 24 Nov 2026 12:00:00 GMT', 60_000],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %j waits %j ms', (header, ms) => {
    expect(retryAfterMs(header, Date.parse('2026-11-23T12:00:00Z'))).toBe(ms);
  });

  it('a limit carries its wait', async () => {
    await serving(() => ({ status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' }));
    const answer = await client().ask({ path: '/' });
    const error = await failure(Promise.resolve().then(() => requireSuccess(answer)));
    expect(error).toMatchObject({ kind: 'limited', waitMs: 7_000, message: 'The server answered 429: slow down.' });
  });
});

describe('a body', () => {
  const schema = z.object({ region: z.string(), lines: z.array(z.object({ qty: z.number() })) });
  const taking = async (answering: Answering, take: (answer: Awaited<ReturnType<HttpClient['ask']>>) => unknown) => {
    await serving(answering);
    const answer = await client().ask({ path: '/' });
    return failure(Promise.resolve().then(() => take(answer)));
  };

  it('of the right form is its value', async () => {
    await serving(() => ({ body: { region: 'A', lines: [], more: 1 } }));
    expect(bodyOf(await client().ask({ path: '/' }), schema)).toEqual({ region: 'A', lines: [] });
  });

  it.each([
    ['a web page', '<html>welcome</html>', 'Where JSON was expected, the server answered a web page (200).'],
    ['half of it', '{"region":', 'Where JSON was expected, the server answered something else (200).'],
    ['nothing', '', 'Where JSON was expected, the server answered something else (200).'],
  ])('that is %s is garbage', async (_what, body, message) => {
    expect(
      await taking(
        () => ({ body }),
        (answer) => parseBody(answer, schema),
      ),
    ).toMatchObject({ kind: 'garbage', message });
  });

  it('with a wrong field is garbage that names the field', async () => {
    const error = await taking(
      () => ({ body: { region: 'A', lines: [{ qty: 'two' }] } }),
      (answer) => bodyOf(answer, schema),
    );
    expect(error.kind).toBe('garbage');
    expect(error.message).toContain('lines.0.qty');
  });

  it('of a 503 is an answer only when it has the right form', async () => {
    const error = await taking(
      () => ({ status: 503, body: '<h1>Bad gateway</h1>' }),
      (answer) => bodyOr503(answer, schema),
    );
    expect(error).toMatchObject({ kind: 'unavailable', message: 'The server answered 503.' });
    server.answer(() => ({ status: 503, body: { region: 'B', lines: [] } }));
    expect(bodyOr503(await client().ask({ path: '/' }), schema)).toEqual({ region: 'B', lines: [] });
  });
});

describe('no message holds a secret', () => {
  const requests: [string, HttpRequest, Partial<HttpOptions>][] = [
    ['a header', { path: '/', headers: { authorization: 'Bearer hunter2-hunter2' } }, {}],
    ['a default header', { path: '/' }, { headers: { 'x-api-key': 'hunter2-hunter2' } }],
    ['the query', { path: '/?token=hunter2-hunter2' }, {}],
    ['a named secret', { path: '/services/hunter2-hunter2' }, { secrets: ['hunter2-hunter2'] }],
  ];
  it.each(requests)('in %s, though the server repeats it', async (_where, request, over) => {
    await serving(() => ({ status: 400, body: { message: `${'.'.repeat(190)} hunter2-hunter2 is wrong` } }));
    const answer = await client(over).ask(request);
    const error = await failure(Promise.resolve().then(() => requireSuccess(answer)));
    expect(error.message).not.toContain('hunter');
  });
  it.each(requests)('in %s, when nobody answers', async (_where, request, over) => {
    await serving(() => 'cut');
    const error = await failure(client(over).ask(request));
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain('hunter2');
  });
});
