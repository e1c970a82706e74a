/** Which messages are SNS's own, and what they may make the receiver ask for. */
import { AlarmRefusal } from '../../src/providers/alarms/refusal';
import { keptCertificates } from '../../src/providers/alarms/sns/calls';
import { readMessage } from '../../src/providers/alarms/sns/message';
import { requireSigned } from '../../src/providers/alarms/sns/signature';
import { hostOf, isCertificateUrl, isSubscribeUrl, isTopicArn } from '../../src/providers/alarms/sns/topic';
import { certificateUrl, confirmation, notification, signer, subscribeUrl, topic } from './alarms-world';

const sns = signer();
const stranger = signer();
const now = Date.now();
const aDay = 86_400_000;

type Fields = Record<string, string>;
const check = (body: string, pem = sns.pem, at = now) =>
  requireSigned(readMessage(body, false), () => Promise.resolve(pem), at);
const changed = (body: string, changes: Fields) => JSON.stringify({ ...(JSON.parse(body) as Fields), ...changes });
const without = (name: string, { [name]: _, ...rest }: Fields) => rest;

test.each<[string, Fields]>([
  ['a notification', notification()],
  ['a notification without a subject', without('Subject', notification())],
  ['one signed with SHA-1', notification({}, { SignatureVersion: '1' })],
  ['one with line breaks, quotes and letters of any language', notification({ NewStateReason: 'a\n"b" – ärger 🚨' })],
  ['the confirmation of a subscription', confirmation('SubscriptionConfirmation')],
  ['one signed with SHA-1 of a subscription', confirmation('SubscriptionConfirmation', { SignatureVersion: '1' })],
  ['the confirmation of an end', confirmation('UnsubscribeConfirmation')],
])('%s that SNS has signed is believed', async (_what, message) => {
  await expect(check(sns.sign(message))).resolves.toBeUndefined();
});

const signed = sns.sign(notification());
const other = {
  MessageId: 'another',
  Timestamp: '2026-12-01T03:12:02.000Z',
  Subject: 'OK',
  Message: '{}',
  Type: 'SubscriptionConfirmation',
};
test.each(Object.entries(other))('a message whose %s was changed is refused', async (name, value) => {
  const asked = { Token: 't', SubscribeURL: 'u' };
  await expect(check(changed(signed, { ...asked, [name]: value }))).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('does not fit the message') as string,
  });
});

test.each<[string, string, string | undefined, number | undefined, number, RegExp]>([
  ['somebody else has signed', stranger.sign(notification()), undefined, undefined, 403, /does not fit/],
  [
    'the version of the signature was changed',
    changed(signed, { SignatureVersion: '1' }),
    undefined,
    undefined,
    403,
    /does not fit/,
  ],
  ['the certificate is none', signed, 'a web page', undefined, 503, /gives as its certificate is none/],
  ['the certificate is no longer valid', signed, undefined, now + 3 * aDay, 503, /Check the clock/],
  ['the certificate is not valid yet', signed, undefined, now - 3 * aDay, 503, /Check the clock/],
])('a message is refused where %s', async (_where, body, pem, at, status, because) => {
  await expect(check(body, pem, at)).rejects.toMatchObject({
    status,
    message: expect.stringMatching(because) as string,
  });
});

test('a certificate of another kind of key signs nothing', async () => {
  const curved = signer(['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']);
  await expect(check(curved.sign(notification()), curved.pem)).rejects.toMatchObject({ status: 403 });
});

test.each<[string, string]>([
  ['another host', 'https://sns.eu-west-1.amazonaws.com.evil.test/SimpleNotificationService-a.pem'],
  ["anybody's bucket called sns", 'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-a.pem'],
  ['another region', 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem'],
  ['China', 'https://sns.eu-west-1.amazonaws.com.cn/SimpleNotificationService-a.pem'],
  ['no TLS', 'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem'],
  ['another port', 'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-a.pem'],
  ['a user', 'https://sns.eu-west-1.amazonaws.com@evil.test/SimpleNotificationService-a.pem'],
  ['a query', 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem?x=1'],
  ['a fragment', 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem#x'],
  ['a call of the API', 'https://sns.eu-west-1.amazonaws.com/?Action=Publish&x=.pem'],
  ['another file', 'https://sns.eu-west-1.amazonaws.com/other.pem'],
  ['a folder', 'https://sns.eu-west-1.amazonaws.com/a/SimpleNotificationService-a.pem'],
  ['a step back', 'https://sns.eu-west-1.amazonaws.com/a/../SimpleNotificationService-a.pem'],
  ['a backslash', 'https://sns.eu-west-1.amazonaws.com\\SimpleNotificationService-a.pem'],
  ['capital letters', 'https://SNS.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem'],
  ['nothing', 'certificate.pem'],
])('a certificate at %s is not even fetched', async (_where, url) => {
  const asked: string[] = [];
  const checking = requireSigned(
    readMessage(sns.sign(notification({}, { SigningCertURL: url })), false),
    (each) => Promise.resolve(void asked.push(each)).then(() => sns.pem),
    now,
  );
  await expect(checking).rejects.toMatchObject({ status: 403 });
  expect(asked).toEqual([]);
});

test.each<[string, string, boolean]>([
  ['arn:aws:sns:us-east-1:123456789012:t', 'sns.us-east-1.amazonaws.com', true],
  ['arn:aws:sns:ap-southeast-2:123456789012:t.fifo', 'sns.ap-southeast-2.amazonaws.com', true],
  ['arn:aws-us-gov:sns:us-gov-west-1:123456789012:t', 'sns.us-gov-west-1.amazonaws.com', true],
  ['arn:aws-cn:sns:cn-north-1:123456789012:t', 'sns.cn-north-1.amazonaws.com.cn', true],
  ['arn:aws:sns:s3-us-west-2:123456789012:t', '', false],
  ['arn:aws:sns:us-east-1.evil.test/:123456789012:t', '', false],
  ['arn:aws:sqs:us-east-1:123456789012:t', '', false],
  ['arn:aws:sns:us-east-1:123456789012:t:subscription', '', false],
])('the topic %s has its certificates at %s', (arn, host, isTopic) => {
  expect(isTopicArn(arn)).toBe(isTopic);
  if (isTopic) expect(isCertificateUrl(hostOf(arn), `https://${host}/SimpleNotificationService-a1.pem`)).toBe(true);
});

test.each<[string, string, boolean]>([
  ['its own', subscribeUrl('aToken'), true],
  ['its own, with the ARN escaped', subscribeUrl('aToken', encodeURIComponent(topic)), true],
  ['one for another topic', subscribeUrl('aToken', `${topic}s`), false],
  ['one with another token', subscribeUrl('another'), false],
  ['another call', subscribeUrl('aToken').replace('ConfirmSubscription', 'DeleteTopic'), false],
  ['one with a second call', `${subscribeUrl('aToken')}&Action=DeleteTopic`, false],
  ['one elsewhere', subscribeUrl('aToken').replace('eu-west-1', 'us-east-1'), false],
  ['one on another host', subscribeUrl('aToken').replace('https://sns', 'https://evil.test/sns'), false],
])('a SubscribeURL that is %s is visited: %s %s', (_what, url, isVisited) => {
  expect(isSubscribeUrl(hostOf(topic), url, topic, 'aToken')).toBe(isVisited);
});

test.each<[string, string, boolean, RegExp]>([
  ['no JSON', 'hello', false, /it is no JSON object of SNS/],
  ['a list', '[]', false, /it is no JSON object of SNS/],
  ['no type', changed(signed, { Type: 'Other' }), false, /its field Type is missing or wrong/],
  ['no signature', JSON.stringify(without('Signature', JSON.parse(signed) as Fields)), false, /its field Signature/],
  ['an unknown version', changed(signed, { SignatureVersion: '3' }), false, /its field SignatureVersion/],
  ['the bare message', (JSON.parse(signed) as Fields)['Message']!, false, /RawMessageDelivery --attribute-value false/],
  ['a header for raw delivery', signed, true, /RawMessageDelivery --attribute-value false/],
])('a body with %s is refused with what to change', (_what, body, isRaw, because) => {
  expect(() => readMessage(body, isRaw)).toThrow(because);
  expect(() => readMessage(body, isRaw)).toThrow(AlarmRefusal);
});

describe('certificates', () => {
  const urls = (count: number) => Array.from({ length: count }, (_, n) => `${certificateUrl}?${String(n)}`);

  test('are fetched once, also when many ask at once', async () => {
    const asked: string[] = [];
    const kept = keptCertificates((url) => Promise.resolve(void asked.push(url)).then(() => sns.pem));
    await Promise.all([kept('a'), kept('a')]);
    await kept('a');
    expect(asked).toEqual(['a']);
  });

  test('are fetched again after a failure, and eight are kept', async () => {
    const asked: string[] = [];
    let isDown = true;
    const kept = keptCertificates((url) => {
      asked.push(url);
      return isDown ? Promise.reject(new Error('down')) : Promise.resolve(sns.pem);
    });
    await expect(kept('a')).rejects.toThrow('down');
    isDown = false;
    await kept('a');
    for (const url of urls(8)) await kept(url);
    await kept(urls(8)[7]!);
    await kept('a');
    expect(asked).toEqual(['a', 'a', ...urls(8), 'a']);
  });

  test('are asked for again where something else came in place of one', async () => {
    const answers = ['<html>Log in</html>', sns.pem];
    const kept = keptCertificates(() => Promise.resolve(answers.shift() ?? ''));
    const body = sns.sign(notification());
    await expect(requireSigned(readMessage(body, false), kept, now)).rejects.toThrow();
    await expect(requireSigned(readMessage(body, false), kept, now)).resolves.toBeUndefined();
  });

  test('are asked for four at a time, so that nobody can make the receiver ask without end', async () => {
    const open: (() => void)[] = [];
    const kept = keptCertificates(() => new Promise((resolve) => open.push(() => resolve(sns.pem))));
    const asking = urls(4).map((url) => kept(url));
    await expect(kept('e')).rejects.toThrow('Too many certificates');
    for (const answer of open) answer();
    await Promise.all(asking);
  });
});
