/** Signed alarms of anybody, and what CloudWatch says. */
import { createHmac } from 'node:crypto';
import { readNotice } from '../../src/providers/alarms/cloudwatch';
import { isSignedWith, readSignature, readWord } from '../../src/providers/alarms/signed';

const at = Date.parse('2026-12-01T03:12:00Z');
const seconds = String(at / 1_000);
const body = JSON.stringify({
  site: 'shop',
  name: 'uptime',
  state: 'alarm',
  because: 'No answer.',
  at: '2026-12-01T03:12:00Z',
});
const digest = (secret: string, text = `${seconds}.${body}`) => createHmac('sha256', secret).update(text).digest('hex');
const header = (...digests: string[]) => [`t=${seconds}`, ...digests.map((each) => `v1=${each}`)].join(',');

test.each<[string, string, boolean]>([
  ['with the secret', header(digest('secret')), true],
  ['with two, of which one is the secret', header(digest('old'), digest('secret')), true],
  ['with another secret', header(digest('other')), false],
  ['over another body', header(digest('secret', `${seconds}.{}`)), false],
  ['over another time', header(digest('secret', `${String(at / 1_000 - 1)}.${body}`)), false],
  ['over the body without its time', header(digest('secret', body)), false],
])('a message that was signed %s', (_how, value, isRight) => {
  expect(isSignedWith('secret', readSignature(value, at), body)).toBe(isRight);
});

const right = digest('secret');
test.each<[string, string | undefined, RegExp]>([
  ['no header', undefined, /X-Handover-Signature is missing/],
  ['an empty header', '', /X-Handover-Signature is missing/],
  ['the form of our own webhook', `sha256=${right}`, /X-Handover-Signature is wrong/],
  ['no digest', `t=${seconds}`, /is wrong/],
  ['a digest in capitals', header(right.toUpperCase()), /is wrong/],
  ['a digest that is too short', header(right.slice(2)), /is wrong/],
  ['five digests', header(...Array.from({ length: 5 }, () => right)), /is wrong/],
  ['no time', `v1=${right}`, /is wrong/],
  ['a time that is none', `t=now,v1=${right}`, /is wrong/],
])('a message with %s is refused with what to send', (_what, value, because) => {
  expect(() => readSignature(value, at)).toThrow(because);
  expect(() => readSignature(value, at)).toThrow(/v1=HEX with the HMAC-SHA256 of SECONDS\.BODY/);
});

test.each<[number, boolean]>([
  [-300_001, false],
  [-300_000, true],
  [300_000, true],
  [300_001, false],
])('a message that was signed %d ms from now is in time: %s', (distance, isInTime) => {
  const reading = () => readSignature(header(right), at - distance);
  if (isInTime) expect(reading).not.toThrow();
  else expect(reading).toThrow(/more than 5 min from the time here.*timedatectl/);
});

const word = JSON.parse(body) as Record<string, unknown>;
test.each<[string, unknown, RegExp]>([
  ['no JSON', 'hello', /is no JSON object/],
  ['a list', [], /is no JSON object/],
  ['no site', { ...word, site: undefined }, /has site missing or wrong/],
  ['another state', { ...word, state: 'down' }, /has state missing or wrong/],
  ['no reason', { ...word, because: '' }, /has because missing or wrong/],
  ['a time without a zone', { ...word, at: '2026-12-01T03:12:00' }, /has at missing or wrong/],
  ['a field too many', { ...word, region: 'A' }, /has the unknown field region/],
])('a body with %s is refused with an example', (_what, sent, because) => {
  const reading = () => readWord(typeof sent === 'string' ? sent : JSON.stringify(sent));
  expect(reading).toThrow(because);
  expect(reading).toThrow(/Send it as \{"site":"shop"/);
});

test('control characters of a reason reach no log', () => {
  expect(readWord(JSON.stringify({ ...word, because: 'a\nb\u001b[2J' })).because).toBe('a?b?[2J');
});

const notice = (changes: object) =>
  readNotice(
    JSON.stringify({
      AlarmName: 'x',
      NewStateValue: 'ALARM',
      NewStateReason: 'Low.',
      StateChangeTime: '2026-12-01T03:12:00.000+0000',
      ...changes,
    }),
  );

test.each([
  ['ALARM', 'alarm'],
  ['OK', 'ok'],
  ['INSUFFICIENT_DATA', 'unknown'],
])('the state %s of CloudWatch is %s', (NewStateValue, state) => {
  expect(notice({ NewStateValue })).toEqual({ alarm: 'x', state, because: 'Low.', at: '2026-12-01T03:12:00.000Z' });
});

test.each([
  ['2026-12-01T03:12:00.123+0000', '2026-12-01T03:12:00.123Z'],
  ['2026-12-01T05:12:00.000+0200', '2026-12-01T03:12:00.000Z'],
  ['2026-12-01T03:12:00Z', '2026-12-01T03:12:00.000Z'],
])('the time %s is %s', (StateChangeTime, expected) => {
  expect(notice({ StateChangeTime }).at).toBe(expected);
});

test.each<[string, object]>([
  ['no name', { AlarmName: undefined }],
  ['another state', { NewStateValue: 'UNKNOWN' }],
  ['no time', { StateChangeTime: undefined }],
  ['a day that there is not', { StateChangeTime: '2026-13-01T03:12:00.000+0000' }],
])('a notification with %s is refused', (_what, changes) => {
  expect(() => notice(changes)).toThrow(/no changed state of a CloudWatch alarm/);
});

test('a notification without a reason has one', () => {
  expect(notice({ NewStateReason: null }).because).toBe('It gave no reason.');
});
