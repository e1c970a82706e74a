import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { answered } from '../../src/providers/http/connection-failed';
import { openHttp, type HttpClient, type HttpOptions, type HttpRequest } from '../../src/providers/http/client';
import {
  bodyOf,
  bodyOr503,
  parseBody,
  requireEmpty,
  requireSuccess,
  retryAfterMs,
} from '../../src/providers/http/read-response';
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
  const opened = openHttp({ server: 'the server', baseUrl: server.url, timeoutMs: 10_000, ...over });
  clients.push(opened);
  return opened;
}

afterEach(async () => {
  clients.splice(0).forEach((each) => each.close());
  await server.close();
});

describe('requests', () => {
  it('a request sends headers and body, and returns status, headers and body', async () => {
    await serving(() => ({ status: 201, headers: { 'X-Handover-Region': 'A' }, body: { fine: true } }));
    const http = client({ headers: { 'x-api-key': 'a-key-of-ours' } });
    const response = await http.send({ method: 'POST', path: '/orders?x=1', json: { key: 'k' } });
    expect(response).toMatchObject({ server: 'the server', status: 201, text: '{"fine":true}' });
    expect(response.headers['x-handover-region']).toBe('A');
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/orders?x=1', body: '{"key":"k"}' });
    expect(server.asked[0]!.headers).toMatchObject({
      'x-api-key': 'a-key-of-ours',
      'content-type': 'application/json',
    });
  });

  it("a request reaches a region at its own address with the shop's name as Host and SNI", async () => {
    await serving(() => ({}), secure);
    const baseUrl = `https://www.shop.test:${server.port}`;
    await client({ baseUrl, address: '127.0.0.1', ca: secure.cert }).send({ path: '/health' });
    expect(server.asked[0]).toMatchObject({ servername: 'www.shop.test' });
    expect(server.asked[0]!.headers.host).toBe(`www.shop.test:${server.port}`);
  });

  it('a connection is reused unless it was idle for 2 s', async () => {
    await serving(() => ({}));
    const http = client();
    await http.send({ path: '/' });
    await http.send({ path: '/' });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    await http.send({ path: '/' });
    expect(server.asked.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it('a slow response is awaited up to the timeout, whatever the idle limit', async () => {
    await serving(() => ({ body: 'late', afterMs: 2_300 }));
    expect(await client().send({ path: '/' })).toMatchObject({ text: 'late' });
    expect(server.asked).toHaveLength(1);
  });

  it.each(['ftp://127.0.0.1/', 'not a url', ''])('the base URL %j is refused at once', (baseUrl) => {
    server = { close: () => Promise.resolve() } as Web;
    expect(() => client({ baseUrl })).toThrow(/The URL of the server must start with http:\/\/ or https:\/\//);
  });
});

describe('requests without a usable response', () => {
  it.each([
    ['silence', 'hang', 'unavailable', false, /^No complete response from the server within 0\.3 s\.$/],
    ['a body that never ends', 'drip', 'unavailable', false, /^No complete response from the server within 0\.3 s\.$/],
    ['a broken connection', 'cut', 'unavailable', true, /connection to the server failed \(ECONNRESET\)/],
  ] as const)('a request that gets %s is unavailable, with the reason', async (_what, how, kind, spoke, because) => {
    await serving(() => how);
    const error = await failure(client({ timeoutMs: 300 }).send({ path: '/' }));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(because);
    expect(answered(error)).toBe(spoke);
  });

  it('a refused connection is unavailable and counts as answered', async () => {
    await serving(() => ({}));
    const error = await failure(client({ baseUrl: `http://127.0.0.1:${await freePort()}` }).send({ path: '/' }));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the server failed (ECONNREFUSED).',
    });
    expect(answered(error)).toBe(true);
  });

  it('a failed request is not retried', async () => {
    await serving(() => 'cut');
    await failure(client().send({ path: '/' }));
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['an unknown CA', stranger, /^The TLS certificate of the server was rejected/],
    ['another name', elsewhere, /^The TLS certificate of the server was rejected \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
  ])('a certificate of %s is garbage', async (_what, presented, because) => {
    await serving(() => ({}), presented);
    const ca = presented === elsewhere ? elsewhere.cert : secure.cert;
    const baseUrl = `https://www.shop.test:${server.port}`;
    const error = await failure(client({ baseUrl, address: '127.0.0.1', ca }).send({ path: '/' }));
    expect(error.kind).toBe('garbage');
    expect(error.message).toMatch(because);
    expect(server.asked).toHaveLength(0);
  });

  it('a server that takes only another version of TLS is told as that', async () => {
    const taking = createServer({ key: secure.key, cert: secure.cert, maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' });
    taking.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => taking.listen(0, '127.0.0.1', resolve));
    const { port } = taking.address() as AddressInfo;
    const error = await failure(client({ baseUrl: `https://127.0.0.1:${port}` }).send({ path: '/' }));
    taking.close();
    expect(error).toMatchObject({
      kind: 'garbage',
      message: expect.stringMatching(
        /^the server and handover agree on no version or cipher of TLS \(\w+\)\. Let the server offer TLS 1\.2 or 1\.3\.$/i,
      ) as string,
    });
  });

  it('plain HTTP where TLS is expected is garbage', async () => {
    await serving(() => ({}));
    const error = await failure(client({ baseUrl: `https://127.0.0.1:${server.port}` }).send({ path: '/' }));
    expect(error.kind).toBe('garbage');
  });

  it('a redirect is not followed, and the message has its host only', async () => {
    const location = 'https://login.example/take?token=very-secret';
    await serving(() => ({ status: 302, headers: { location } }));
    const error = await failure(client().send({ path: '/' }));
    expect(error).toMatchObject({
      kind: 'garbage',
      message: 'The response of the server is a redirect to login.example (302), which is not followed.',
    });
    expect(server.asked).toHaveLength(1);
  });

  it('a body that is too large is garbage', async () => {
    await serving(() => ({ body: 'x'.repeat(5_000) }));
    const error = await failure(client({ maxBytes: 1_000 }).send({ path: '/' }));
    expect(error).toMatchObject({
      kind: 'garbage',
      message: 'The response of the server exceeds the limit of 1000 bytes.',
    });
  });

  it("a secret that can't be a header is refused without showing it", async () => {
    await serving(() => ({}));
    const error = await failure(client({ headers: { 'x-api-key': 'first\nsecond-line' } }).send({ path: '/' }));
    expect(error.kind).toBe('refused');
    expect(error.message).not.toContain('second-line');
  });
});

describe('statuses', () => {
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
  ])('status %i is %s', async (status, kind) => {
    await serving(() => ({ status, body: { message: 'the reason' } }));
    const response = await client().send({ path: '/' });
    const error = await failure(Promise.resolve().then(() => requireSuccess(response)));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(`The server returned ${status}`);
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
  ])('Retry-After %j is a wait of %j ms', (header, ms) => {
    expect(retryAfterMs(header, Date.parse('2026-11-23T12:00:00Z'))).toBe(ms);
  });

  it('a rate limit has the wait of Retry-After', async () => {
    await serving(() => ({ status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' }));
    const response = await client().send({ path: '/' });
    const error = await failure(Promise.resolve().then(() => requireSuccess(response)));
    expect(error).toMatchObject({ kind: 'limited', waitMs: 7_000, message: 'The server returned 429: slow down.' });
  });
});

describe('bodies', () => {
  const schema = z.object({ region: z.string(), lines: z.array(z.object({ qty: z.number() })) });
  const errorOf = async (answering: Answering, parse: (answer: Awaited<ReturnType<HttpClient['send']>>) => unknown) => {
    await serving(answering);
    const response = await client().send({ path: '/' });
    return failure(Promise.resolve().then(() => parse(response)));
  };

  it('a body that fits the schema is returned without other fields', async () => {
    await serving(() => ({ body: { region: 'A', lines: [], more: 1 } }));
    expect(bodyOf(await client().send({ path: '/' }), schema)).toEqual({ region: 'A', lines: [] });
  });

  it.each([
    ['a web page', '<html>welcome</html>', 'The server returned 200 with a web page; expected JSON.'],
    ['truncated JSON', '{"region":', 'The server returned 200 with a body that is not JSON; expected JSON.'],
    ['empty', '', 'The server returned 200 with a body that is not JSON; expected JSON.'],
  ])('a body that is %s is garbage', async (_what, body, message) => {
    expect(
      await errorOf(
        () => ({ body }),
        (response) => parseBody(response, schema),
      ),
    ).toMatchObject({ kind: 'garbage', message });
  });

  it('a body with an invalid field is garbage, and the message names the field', async () => {
    const error = await errorOf(
      () => ({ body: { region: 'A', lines: [{ qty: 'two' }] } }),
      (response) => bodyOf(response, schema),
    );
    expect(error.kind).toBe('garbage');
    expect(error.message).toContain('The server returned 200 with an invalid lines.0.qty: ');
  });

  it('a body where an empty one is expected is garbage', async () => {
    expect(await errorOf(() => ({ body: '<html>Log in</html>' }), requireEmpty)).toMatchObject({
      kind: 'garbage',
      message: 'The server returned 200 with an unexpected body; expected an empty one.',
    });
  });

  it('a body with status 503 is returned only if it fits the schema', async () => {
    const error = await errorOf(
      () => ({ status: 503, body: '<h1>Bad gateway</h1>' }),
      (response) => bodyOr503(response, schema),
    );
    expect(error).toMatchObject({ kind: 'unavailable', message: 'The server returned 503.' });
    server.answer(() => ({ status: 503, body: { region: 'B', lines: [] } }));
    expect(bodyOr503(await client().send({ path: '/' }), schema)).toEqual({ region: 'B', lines: [] });
  });
});

describe('secrets in messages', () => {
  const requests: [string, HttpRequest, Partial<HttpOptions>][] = [
    ['a header', { path: '/', headers: { authorization: 'Bearer hunter2-hunter2' } }, {}],
    ['a default header', { path: '/' }, { headers: { 'x-api-key': 'hunter2-hunter2' } }],
    ['the query', { path: '/?token=hunter2-hunter2' }, {}],
    ['a named secret', { path: '/services/hunter2-hunter2' }, { secrets: ['hunter2-hunter2'] }],
  ];
  it.each(requests)('a secret in %s is not in the message when the server echoes it', async (_where, request, over) => {
    await serving(() => ({ status: 400, body: { message: `${'.'.repeat(190)} hunter2-hunter2 is wrong` } }));
    const response = await client(over).send(request);
    const error = await failure(Promise.resolve().then(() => requireSuccess(response)));
    expect(error.message).not.toContain('hunter');
  });
  it.each(requests)('a secret in %s is not in the message of a broken connection', async (_where, request, over) => {
    await serving(() => 'cut');
    const error = await failure(client(over).send(request));
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain('hunter2');
  });
});
