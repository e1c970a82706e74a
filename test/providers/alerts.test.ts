import { createHash, createHmac } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { channels } from '../../src/providers/alerts';
import type { Channel } from '../../src/providers/alerts/channel';
import { logTo } from '../../src/providers/alerts/log';
import { findKind } from '../../src/providers/kit/kind';
import type { Alert } from '../../src/domain/alert';
import { failure } from './servers/failure';
import { web, type Answering, type Reply, type Web } from '../../lab/loopback/web';

const alert: Alert = {
  severity: 'critical',
  key: 'lab/region-down/A',
  summary: 'Region A is down: <all> vantages & the replica say so.',
  command: 'handover approve lab',
};

let server: Web;
const opened: Channel[] = [];

async function serverThat(answering: Answering): Promise<void> {
  server = await web(answering);
}

async function channelOf(
  kind: string,
  options: Record<string, unknown>,
  secrets: Record<string, string>,
): Promise<Channel> {
  const secret = (reference: string) => Promise.resolve(secrets[reference] ?? '');
  const channel = await findKind('alerts', channels, { kind }).connect({ kind, ...options }, { secret });
  opened.push(channel);
  return channel;
}

afterEach(async () => {
  opened.splice(0).forEach((channel) => channel.close());
  await server.close();
});

describe('Slack', () => {
  const slack = () =>
    channelOf(
      'slack',
      { url: 'file:slack-url' },
      { 'file:slack-url': `${server.url}/services/T0001/B0001/secretpath?x=quite-secret` },
    );

  it('Slack gets one message with the alert escaped', async () => {
    await serverThat(() => ({ body: 'ok' }));
    await (await slack()).send(alert);
    expect(server.asked).toHaveLength(1);
    const [{ method, path, body }] = server.asked as [Web['asked'][number]];
    expect([method, path]).toEqual(['POST', '/services/T0001/B0001/secretpath?x=quite-secret']);
    const { text } = JSON.parse(body) as { text: string };
    expect(text).toContain('*critical* Region A is down: &lt;all&gt; vantages &amp; the replica say so.');
    expect(text).toContain('Next: `handover approve lab`');
    expect(text).toContain('lab/region-down/A');
    expect(text).not.toMatch(/[<>]/);
  });

  it('a Slack message without a command has no Next line', async () => {
    await serverThat(() => ({ body: 'ok' }));
    const { command: _, ...plain } = alert;
    await (await slack()).send(plain);
    expect(server.asked[0]!.body).not.toContain('Next');
  });

  it.each([
    [403, 'action_prohibited', 'denied'],
    [404, 'no_service', 'absent'],
    [410, 'channel_is_archived', 'refused'],
    [500, 'rollup_error', 'unavailable'],
  ])('Slack error %i %s is %s, without the webhook URL in the message', async (status, body, kind) => {
    await serverThat(() => ({
      status,
      body: `${body} for secretpath of T0001, not /services/T0001/B0001/secretpath?x=quite-secret`,
    }));
    const error = await failure((await slack()).send(alert));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(body);
    for (const part of ['secretpath', 'T0001', 'B0001', 'quite-secret']) expect(error.message).not.toContain(part);
    expect(server.asked).toHaveLength(1);
  });

  it('a rate limit of Slack has the wait of Retry-After', async () => {
    await serverThat(() => ({ status: 429, headers: { 'Retry-After': '30' } }));
    expect(await failure((await slack()).send(alert))).toMatchObject({ kind: 'limited', waitMs: 30_000 });
  });

  it('a broken connection to Slack is unavailable, without the webhook URL in the message', async () => {
    await serverThat(() => 'cut');
    const error = await failure((await slack()).send(alert));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the Slack webhook failed (ECONNRESET).',
    });
  });
});

describe('PagerDuty', () => {
  const pagerduty = () =>
    channelOf('pagerduty', { routingKey: 'file:pd', url: server.url }, { 'file:pd': 'routing-key-of-the-service' });

  it('PagerDuty gets an event with the key of the alert as dedup_key', async () => {
    await serverThat(() => ({ status: 202, body: { status: 'success' } }));
    await (await pagerduty()).send(alert);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v2/enqueue' });
    expect(JSON.parse(server.asked[0]!.body)).toEqual({
      routing_key: 'routing-key-of-the-service',
      event_action: 'trigger',
      dedup_key: 'lab/region-down/A',
      payload: {
        summary: alert.summary,
        source: 'handover',
        severity: 'critical',
        custom_details: { next: 'handover approve lab' },
      },
    });
  });

  it.each([
    ['acknowledged', 'acknowledge'],
    ['resolved', 'resolve'],
  ] as const)('what is %s is told by an event %s with the same key, and no payload', async (status, event_action) => {
    await serverThat(() => ({ status: 202, body: { status: 'success' } }));
    await (await pagerduty()).send({ ...alert, status });
    const routing_key = 'routing-key-of-the-service';
    expect(JSON.parse(server.asked[0]!.body)).toEqual({ routing_key, event_action, dedup_key: 'lab/region-down/A' });
  });

  it('keys and summaries for PagerDuty are shortened, and the same alert has the same key', async () => {
    await serverThat(() => ({ status: 202, body: { status: 'success' } }));
    const channel = await pagerduty();
    const long = { ...alert, key: 'k'.repeat(300), summary: 's'.repeat(3_000) };
    await channel.send(long);
    await channel.send(long);
    const events = server.asked.map(
      ({ body }) => JSON.parse(body) as { dedup_key: string; payload: { summary: string } },
    );
    expect(events[0]!.dedup_key).toMatch(/^[0-9a-f]{64}$/);
    expect(events[1]!.dedup_key).toBe(events[0]!.dedup_key);
    expect(events[0]!.payload.summary).toHaveLength(1024);
  });

  it.each([
    [400, 'refused'],
    [429, 'limited'],
    [503, 'unavailable'],
  ])('PagerDuty error %i is %s, without the routing key in the message', async (status, kind) => {
    const body = {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ['routing-key-of-the-service is unknown'],
    };
    await serverThat(() => ({ status, body }));
    const error = await failure((await pagerduty()).send(alert));
    expect(error.kind).toBe(kind);
    expect(error.message).toBe(`PagerDuty returned ${status}: Event object is invalid: [hidden] is unknown.`);
  });
});

describe('an app of Slack', () => {
  const app = () =>
    channelOf(
      'slack-app',
      { token: 'file:token', channel: 'C0123456789', url: server.url },
      { 'file:token': 'xoxb-the-token' },
    );

  it('posts as its bot, and what follows goes into the thread of the first message', async () => {
    let posted = 0;
    await serverThat(() => ({ body: { ok: true, ts: `171000000${String(posted++)}.000100` } }));
    const channel = await app();
    const thread = await channel.send(alert);
    expect(thread).toBe('1710000000.000100');
    expect(await channel.send({ ...alert, status: 'resolved', summary: 'Over: it is up.' }, thread)).toBe(thread);
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/chat.postMessage', '/api/chat.postMessage']);
    expect(server.asked[0]!.headers['authorization']).toBe('Bearer xoxb-the-token');
    const bodies = server.asked.map(({ body }) => JSON.parse(body) as Record<string, string>);
    expect(bodies.map((body) => [body['channel'], body['thread_ts']])).toEqual([
      ['C0123456789', undefined],
      ['C0123456789', '1710000000.000100'],
    ]);
    expect(bodies[1]!['text']).toMatch(/^:white_check_mark: \*resolved\* Over: it is up\./);
  });

  it.each<[string, Reply, string, string]>([
    [
      'ok: false',
      { body: { ok: false, error: 'not_in_channel xoxb-the-token' } },
      'refused',
      'refused the alert: not_in_channel [hidden]',
    ],
    ['a page', { body: '<html>' }, 'garbage', 'without its "ok", so the alert may not have been delivered'],
    ['429', { status: 429, headers: { 'Retry-After': '30' } }, 'limited', '429'],
  ])('an answer of %s is no delivery', async (_what, reply, kind, because) => {
    await serverThat(() => reply);
    const error = await failure((await app()).send(alert));
    expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(because)]);
  });
});

describe('webhook', () => {
  const webhook = () =>
    channelOf(
      'webhook',
      { url: `${server.url}/alerts?team=shop`, secret: 'file:hook' },
      { 'file:hook': 'the-shared-key' },
    );

  it('a webhook gets the alert with a signature over timestamp and body', async () => {
    await serverThat(() => ({ status: 204, body: '' }));
    const before = Math.floor(Date.now() / 1_000);
    await (await webhook()).send(alert);
    const [{ method, path, headers, body }] = server.asked as [Web['asked'][number]];
    expect([method, path]).toEqual(['POST', '/alerts?team=shop']);
    expect(JSON.parse(body)).toEqual(alert);
    const timestamp = String(headers['x-handover-timestamp']);
    expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
    expect(Number(timestamp)).toBeLessThanOrEqual(Math.ceil(Date.now() / 1_000));
    const expected = createHmac('sha256', 'the-shared-key').update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-handover-signature']).toBe(`sha256=${expected}`);
    expect(headers['content-type']).toBe('application/json');
  });

  it('a repeated alert has the same Idempotency-Key, and an updated one another', async () => {
    await serverThat(() => ({}));
    const channel = await webhook();
    for (const each of [alert, alert, { ...alert, summary: 'Region A is back.' }]) await channel.send(each);
    const keys = server.asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(createHash('sha256').update(server.asked[0]!.body).digest('hex'));
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('a redirect of the webhook is not followed', async () => {
    await serverThat(() => ({ status: 307, headers: { location: 'http://elsewhere.example/alerts' } }));
    const error = await failure((await webhook()).send(alert));
    expect(error.message).toBe(
      'The response of the alert webhook is a redirect to elsewhere.example (307), which is not followed.',
    );
  });
});

describe('an alert is delivered when its vendor says so, not when something answers 2xx', () => {
  const page = '<!DOCTYPE html><title>Sign in</title>';
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const send = async (kind: string) => {
    const options = { slack: { url: 'file:x' }, pagerduty: { routingKey: 'file:key', url: server.url } }[kind];
    const secrets = { 'file:x': `${server.url}/hooks/abcdef`, 'file:key': 'routing-key', 'file:hook': 'shared-key' };
    const given = options ?? { url: `${server.url}/alerts`, secret: 'file:hook' };
    return (await channelOf(kind, given, secrets)).send(alert);
  };

  it.each<[string, string, Reply]>([
    ['slack', 'Slack, which labels its "ok" as HTML', { headers: html, body: 'ok' }],
    ['slack', 'Mattermost', { headers: { 'content-type': 'text/plain' }, body: 'ok' }],
    ['slack', 'Rocket.Chat', { body: { success: true } }],
    ['slack', 'Rocket.Chat with a response of its script', { body: { id: 7, success: true } }],
    [
      'pagerduty',
      'PagerDuty',
      { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'k' } },
    ],
    ['webhook', 'an own webhook without a body', { status: 204, body: '' }],
    ['webhook', 'an own webhook with a body of any kind', { status: 201, body: 'queued' }],
    ['webhook', 'an own webhook without a body, labelled as PHP does', { headers: html, body: '' }],
  ])('%s: the answer of %s is a delivery', async (kind, _who, reply) => {
    await serverThat(() => reply);
    await expect(send(kind)).resolves.toBeUndefined();
  });

  const taken = 'so the alert may not have been delivered';
  it.each<[string, string, Reply, string, string]>([
    [
      'slack',
      'a login page',
      { headers: html, body: page },
      'garbage',
      `The Slack webhook returned 200 with a web page, ${taken}.`,
    ],
    [
      'slack',
      'a success of false',
      { body: { success: false, error: 'invalid-channel' } },
      'refused',
      'The Slack webhook returned 200 and refused the alert: invalid-channel.',
    ],
    [
      'slack',
      'another JSON',
      { body: { fine: 1 } },
      'garbage',
      `The Slack webhook returned 200 without its "ok", ${taken}.`,
    ],
    ['slack', 'no body', { body: '' }, 'garbage', `The Slack webhook returned 200 without its "ok", ${taken}.`],
    [
      'slack',
      'nothing but a status',
      { status: 204, body: '' },
      'garbage',
      `The Slack webhook returned 204 without its "ok", ${taken}.`,
    ],
    [
      'pagerduty',
      'a login page',
      { headers: html, body: page },
      'garbage',
      `PagerDuty returned 200 with a web page, ${taken}.`,
    ],
    [
      'pagerduty',
      '200 instead of 202',
      { body: { status: 'success' } },
      'garbage',
      `PagerDuty returned 200 without its "success", ${taken}.`,
    ],
    [
      'pagerduty',
      'another status in the body',
      { status: 202, body: { status: 'throttled' } },
      'garbage',
      `PagerDuty returned 202 without its "success", ${taken}.`,
    ],
    [
      'webhook',
      'a login page',
      { headers: html, body: page },
      'garbage',
      `The alert webhook returned 200 with a web page, ${taken}.`,
    ],
    [
      'webhook',
      'a page without a type',
      { headers: { 'content-type': 'application/json' }, body: page },
      'garbage',
      `The alert webhook returned 200 with a web page, ${taken}.`,
    ],
    [
      'webhook',
      'a page that begins with words',
      { headers: html, body: 'Please <a href="/login">log in</a>.' },
      'garbage',
      `The alert webhook returned 200 with a web page, ${taken}.`,
    ],
    [
      'webhook',
      'a success of false',
      { body: { success: false, error: 'queue is full' } },
      'refused',
      'The alert webhook returned 200 and refused the alert: queue is full.',
    ],
  ])('%s: %s is no delivery', async (kind, _what, reply, failed, because) => {
    await serverThat(() => reply);
    expect(await failure(send(kind))).toMatchObject({ kind: failed, message: because });
  });

  it.each(['/hook/', '/hook', '/', '/hook/?a=1'])(
    'the address of a webhook is asked as it is written: %s',
    async (path) => {
      await serverThat(() => ({ body: 'ok' }));
      await (await channelOf('webhook', { url: `${server.url}${path}`, secret: 'file:hook' }, {})).send(alert);
      await (await channelOf('slack', { url: 'file:x' }, { 'file:x': `${server.url}${path}` })).send(alert);
      expect(server.asked.map((asked) => asked.path)).toEqual([path, path]);
    },
  );

  it('a long summary for PagerDuty is cut between characters', async () => {
    await serverThat(() => ({ status: 202, body: { status: 'success' } }));
    const options = { routingKey: 'file:key', url: server.url };
    const channel = await channelOf('pagerduty', options, { 'file:key': 'routing-key' });
    await channel.send({ ...alert, summary: `${'x'.repeat(1_023)}\u{1f525} and more` });
    expect(JSON.parse(server.asked[0]!.body)).toMatchObject({ payload: { summary: 'x'.repeat(1_023) } });
  });
});

describe('log', () => {
  it('the log has each alert as one line of JSON', async () => {
    await serverThat(() => ({}));
    const stream = new PassThrough();
    await logTo(stream).send({ ...alert, summary: 'two\nlines' });
    await logTo(stream).send(alert);
    const lines = String(stream.read()).split(/(?<=\n)/);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      at: expect.any(String) as string,
      alert: { ...alert, summary: 'two\nlines' },
    });
  });
});
