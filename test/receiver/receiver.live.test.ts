/** The receiver of alarms over HTTP on the loopback: what it takes, what it refuses, and what it says. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { confirmation, notification, signer, subscribeUrl, topic } from '../providers/alarms-world';
import { receiverWorld, secrets, type ReceiverWorld } from './receiver-world';

const sns = signer();
const quick = { headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 };
let world: ReceiverWorld;
beforeEach(async () => (world = await receiverWorld(sns, quick)));
afterEach(() => world.close());

const begun = {
  name: 'cloudwatch',
  state: 'alarm',
  because: 'Threshold Crossed: 1 datapoint [0.0] was less than the threshold (1.0).',
  at: '2026-12-01T03:12:00.000Z',
};
const word = { site: 'shop', name: 'uptime', state: 'alarm', because: 'No answer.', at: '2026-12-01T03:12:00Z' };
const { site: _, ...told } = word;
const later = (ms: number) => (world.state.now += ms);
/** The site files are looked at again. */
const reread = () => later(2_000);

describe('from SNS', () => {
  test('an alarm reaches the monitor of each site that names it, once, however often it is sent', async () => {
    world.writeSite('second');
    const message = notification();
    const [first, again] = [await world.postSns(message), await world.postSns(message)];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(world.state.told).toEqual([
      ['second', begun],
      ['shop', begun],
    ]);
    expect(again.because).toBe(
      'second/cloudwatch and shop/cloudwatch: alarm since 2026-12-01T03:12:00.000Z, as it was told before.',
    );
    expect(world.state.visited).toHaveLength(1);
  });

  test.each([
    ['OK', 'ok'],
    ['INSUFFICIENT_DATA', 'unknown'],
  ])('the state %s is told as %s', async (NewStateValue, state) => {
    await world.postSns(notification({ NewStateValue }));
    expect(world.state.told).toEqual([['shop', { ...begun, state }]]);
  });

  test('an alarm that Temporal has not taken is not taken, so that SNS sends it again', async () => {
    const message = notification();
    world.state.refuses = 'monitor/shop does not run. Start it: npx handover monitor shop';
    expect(await world.postSns(message)).toMatchObject({ status: 503, because: world.state.refuses });
    world.state.refuses = undefined;
    expect(await world.postSns(message)).toMatchObject({ status: 200 });
    expect(world.state.told).toHaveLength(1);
  });

  test('a message of a topic that no site file names is refused, and nothing is asked of SNS', async () => {
    const TopicArn = `${topic}2`;
    for (const message of [notification({}, { TopicArn }), confirmation('SubscriptionConfirmation', { TopicArn })])
      expect(await world.postSns(message)).toMatchObject({
        status: 403,
        because: expect.stringContaining(`the topic ${TopicArn}.`) as string,
      });
    expect([world.state.visited, world.state.told]).toEqual([[], []]);
  });

  test('an alarm that no site file names is refused for good, and for now while a site file can not be read', async () => {
    const message = notification({ AlarmName: 'other' });
    expect(await world.postSns(message)).toMatchObject({
      status: 422,
      because: expect.stringMatching(/^No site file names the alarm other/) as string,
    });
    world.writeBroken('second');
    reread();
    expect(await world.postSns(message)).toMatchObject({
      status: 503,
      because: expect.stringContaining('The site file of second') as string,
    });
    expect(await world.postSns(notification())).toMatchObject({ status: 200 });
  });

  test('a site file that was broken by a change keeps what it said before', async () => {
    await world.postSns(notification());
    world.writeBroken('shop');
    reread();
    expect(await world.postSns(notification())).toMatchObject({ status: 200 });
    world.removeSite('shop');
    reread();
    expect(await world.postSns(notification())).toMatchObject({ status: 403 });
  });

  test('a subscription of a topic that a site file names is confirmed', async () => {
    expect(await world.postSns(confirmation('SubscriptionConfirmation'))).toMatchObject({ status: 200 });
    expect(world.state.visited.slice(1)).toEqual([subscribeUrl('aToken').slice(subscribeUrl('').indexOf('/?'))]);
  });

  test.each<[string, ReturnType<ReceiverWorld['state']['vendor']>]>([
    ['fails', { status: 500 }],
    ['leads elsewhere', { status: 302, headers: { location: '/elsewhere' } }],
    ['answers without an end', { status: 200, body: 'x'.repeat(100_000) }],
  ])('a confirmation that %s is to be sent again, and leads nowhere else', async (_how, answer) => {
    world.state.vendor = (path) => (path.endsWith('.pem') ? { status: 200, body: sns.pem } : answer);
    expect(await world.postSns(confirmation('SubscriptionConfirmation'))).toMatchObject({ status: 503 });
    expect(world.state.visited).toHaveLength(2);
    expect(world.state.lines.join()).not.toContain('aToken');
  });

  test('a SubscribeURL that leads elsewhere is not visited, though SNS has signed it', async () => {
    const SubscribeURL = subscribeUrl('aToken').replace('ConfirmSubscription', 'DeleteTopic');
    expect(await world.postSns(confirmation('SubscriptionConfirmation', { SubscribeURL }))).toMatchObject({
      status: 403,
    });
    expect(world.state.visited).toHaveLength(1);
  });

  test('the end of a subscription is logged with what begins it again, and nothing is visited', async () => {
    expect(await world.postSns(confirmation('UnsubscribeConfirmation'))).toMatchObject({ status: 200 });
    expect(world.state.lines.join()).toContain(`aws sns subscribe --topic-arn ${topic}`);
    expect(world.state.visited).toHaveLength(1);
  });

  test('a certificate that can not be had now leaves the message to be sent again', async () => {
    world.state.vendor = () => ({ status: 404 });
    const message = notification();
    expect(await world.postSns(message)).toMatchObject({ status: 503 });
    world.state.vendor = () => ({ status: 200, body: sns.pem });
    expect(await world.postSns(message)).toMatchObject({ status: 200 });
  });

  test('raw delivery is refused with what turns it off', async () => {
    const refused = await world.postSns(notification(), { 'x-amz-sns-rawdelivery': 'true' });
    expect(refused).toMatchObject({ status: 400, because: expect.stringContaining('RawMessageDelivery') as string });
  });
});

describe('signed', () => {
  test.each(Object.entries(secrets))('an alarm with the %s secret reaches the monitor', async (_which, secret) => {
    expect(await world.postSigned(word, secret)).toMatchObject({ status: 200 });
    expect(world.state.told).toEqual([['shop', told]]);
  });

  test('a message is taken once; signed again it is another one', async () => {
    expect((await world.postSigned(word)).status).toBe(200);
    expect(await world.postSigned(word)).toMatchObject({
      status: 409,
      because: expect.stringContaining('Sign it again') as string,
    });
    later(1_000);
    expect((await world.postSigned(word)).status).toBe(200);
  });

  test('a message from the future is not taken again once its time has come', async () => {
    const ahead = world.state.now + 299_000;
    expect((await world.postSigned(word, secrets.current, ahead)).status).toBe(200);
    later(598_000);
    expect((await world.postSigned(word, secrets.current, ahead)).status).toBe(409);
    later(3_000);
    expect((await world.postSigned(word, secrets.current, ahead)).status).toBe(401);
  });

  test('a message that Temporal has not taken may be sent again as it is', async () => {
    world.state.refuses = 'Temporal has not taken it.';
    expect((await world.postSigned(word)).status).toBe(503);
    world.state.refuses = undefined;
    expect((await world.postSigned(word)).status).toBe(200);
  });

  test('another secret and an alarm that is not there are refused in the same words', async () => {
    const [wrong, absent, notSigned] = [
      await world.postSigned(word, 'a guess'),
      await world.postSigned({ ...word, site: 'nope' }),
      await world.postSigned({ ...word, name: 'cloudwatch' }),
    ];
    expect([wrong.status, absent.status, notSigned.status]).toEqual([401, 401, 401]);
    expect(absent.because.replaceAll('nope', 'shop')).toBe(wrong.because);
    expect(world.state.told).toEqual([]);
  });

  test('while one of two secrets can not be read, the other one counts, and nobody else is told that he is wrong', async () => {
    world.removeSecret('next');
    expect((await world.postSigned(word, secrets.current)).status).toBe(200);
    expect(await world.postSigned(word, secrets.next)).toMatchObject({
      status: 503,
      because: expect.stringContaining('file:next') as string,
    });
  });
});

test.each([
  ['an alarm', (state: object) => ({ source: 'aws.cloudwatch', alarmData: { alarmName: 'shop-A-health', state } })],
  ['a rule of EventBridge', (state: object) => ({ detail: { alarmName: 'shop-A-health', state } })],
])('the Lambda of deploy posts what %s hands to it', async (_who, event) => {
  const reason = 'Threshold Crossed: 1 datapoint [0.0].';
  const program = `import { handler } from ${JSON.stringify(pathToFileURL(join(__dirname, '../../deploy/alarm-lambda.mjs')).href)};
    await handler(${JSON.stringify(event({ value: 'INSUFFICIENT_DATA', reason, timestamp: '2026-12-01T03:12:00.985+0000' }))});`;
  const env = { ...process.env, RECEIVER: world.url, SITE: 'shop', NAME: 'uptime', SECRET: secrets.current };
  const run = (SECRET: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: { ...env, SECRET } });
  await run(secrets.current);
  const at = '2026-12-01T03:12:00.985Z';
  expect(world.state.told).toEqual([['shop', { name: 'uptime', state: 'unknown', because: reason, at }]]);
  await expect(run('another')).rejects.toThrow(/401 .*The signature does not fit/);
});

describe('over HTTP', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, path = '/alarm') =>
    world.send(path, { method: 'POST', body, headers });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      'another path',
      () => world.send('/'),
      { status: 404, because: expect.stringContaining('SNS posts to /sns') as string },
    ],
    ['a path of every object', () => world.send('/constructor'), { status: 404 }],
    ['another method', () => world.send('/sns'), { status: 405, allow: 'POST' }],
    ['a POST for the health', () => post('', {}, '/health'), { status: 405, allow: 'GET' }],
    ['a body that is too large', () => post('x'.repeat(300_001)), { status: 413 }],
    ['a compressed body', () => post('x', { 'content-encoding': 'gzip' }), { status: 415 }],
    ['bytes that are no UTF-8', () => post(Buffer.from([0x7b, 0xff])), { status: 400 }],
  ])('%s is refused', async (_what, asking, answer) => {
    expect(await asking()).toMatchObject(answer);
  });

  /** Everything that the receiver says to `start`, until it closes the connection. */
  const heardAfter = (start: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(start));
      let heard = '';
      socket.on('data', (part: Buffer) => (heard += part.toString())).on('close', () => resolve(heard));
      socket.on('error', () => undefined);
    });

  test('a body without an end is refused once it is too large, and not read on', async () => {
    const part = `493e1\r\n${'x'.repeat(300_001)}\r\n`;
    expect(await heardAfter(`POST /sns HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${part}`)).toMatch(
      /^HTTP\/1\.1 413 [^]*larger than 300000 bytes/,
    );
  });

  test.each([
    ['headers', 'POST /sns HTTP/1.1\r\nHost: a\r\n'],
    ['a body', 'POST /sns HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{'],
  ])('a sender who does not end %s is cut off', async (_what, start) => {
    expect(await heardAfter(start)).toMatch(/^HTTP\/1\.1 408/);
  });

  test('the health says whether alarms are taken, and asks Temporal no more than every five seconds', async () => {
    expect(await world.send('/health')).toMatchObject({ status: 200, because: 'Alarms are taken.' });
    world.state.refuses = 'connect ECONNREFUSED 10.0.0.5:7233';
    expect((await world.send('/health')).status).toBe(200);
    later(5_000);
    world.writeBroken('second');
    expect(await world.send('/health')).toMatchObject({
      status: 503,
      because:
        "Temporal gives no answer, so no alarm is taken. 1 site files can't be read; the log of the receiver names them.",
    });
  });

  test('refusals without end do not fill the log', async () => {
    for (let n = 0; n < 30; n += 1) await world.send('/sns', { method: 'POST', body: '{}' });
    later(60_000);
    await world.send('/sns', { method: 'POST', body: '{}' });
    expect(world.state.lines).toHaveLength(22);
    expect(world.state.lines[20]).toMatch(/ 10 more requests were refused\.$/);
  });

  test('no secret, signature or token stands in an answer or in the log', async () => {
    const said = [
      await world.postSigned(word),
      await world.postSigned(word),
      await world.postSigned(word, 'a guess at it'),
    ];
    said.push(await world.postSns(confirmation('SubscriptionConfirmation')), await world.postSns(notification()));
    const text = JSON.stringify([said, world.state.lines]);
    for (const hidden of [...Object.values(secrets), 'a guess at it', 'aToken', 'v1=0', '"Signature"'])
      expect(text).not.toContain(hidden);
    expect(text).not.toMatch(/[0-9a-f]{64}|[A-Za-z0-9+/]{100}/);
  });
});
