/** SNS as far as a receiver meets it: a certificate, and messages that are signed with its key. */
import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { place } from '../../lab/loopback/place';

export const topic = 'arn:aws:sns:eu-west-1:123456789012:shop-alarms';
const home = 'https://sns.eu-west-1.amazonaws.com';
export const certificateUrl = `${home}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`;

export interface Signer {
  pem: string;
  /** The body of the message with its signature. */
  sign: (message: Record<string, string>) => string;
}

/**
 * A signer of its own, whose certificate is valid for two days. The order of the signed fields is written here once more, by the vendor's page, so that it
 * judges that of the product.
 */
export function signer(algorithm: readonly string[] = ['rsa:2048']): Signer {
  const at = place();
  const [key, certificate] = [at.path('sns.key'), at.path('sns.crt')];
  const names = ['-subj', '/CN=sns.amazonaws.com', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-newkey', ...algorithm, '-days', '2', ...names], {
    stdio: 'ignore',
  });
  const [pem, secret] = [readFileSync(certificate, 'utf8'), readFileSync(key, 'utf8')];
  at.remove();
  const orders: Record<string, string> = {
    Notification: 'Message MessageId Subject Timestamp TopicArn Type',
    SubscriptionConfirmation: 'Message MessageId SubscribeURL Timestamp Token TopicArn Type',
    UnsubscribeConfirmation: 'Message MessageId SubscribeURL Timestamp Token TopicArn Type',
  };
  return {
    pem,
    sign: (message) => {
      const order = (orders[message['Type'] ?? ''] ?? '').split(' ').filter((name) => message[name] !== undefined);
      const text = order.map((name) => `${name}\n${message[name] ?? ''}\n`).join('');
      const hash = message['SignatureVersion'] === '2' ? 'sha256' : 'sha1';
      return JSON.stringify({ ...message, Signature: createSign(hash).update(text).sign(secret, 'base64') });
    },
  };
}

const common = {
  TopicArn: topic,
  Timestamp: '2026-12-01T03:12:01.000Z',
  SignatureVersion: '2',
  SigningCertURL: certificateUrl,
};

let count = 0;
const nextId = () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;

/** What CloudWatch says through SNS; `changes` replaces fields of the alarm. */
export const notification = (changes: object = {}, others: Record<string, string> = {}): Record<string, string> => ({
  Type: 'Notification',
  MessageId: nextId(),
  ...common,
  Subject: 'ALARM: "shop-A-health" in EU (Ireland)',
  Message: JSON.stringify({
    AlarmName: 'shop-A-health',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed: 1 datapoint [0.0] was less than the threshold (1.0).',
    StateChangeTime: '2026-12-01T03:12:00.000+0000',
    ...changes,
  }),
  UnsubscribeURL: `${home}/?Action=Unsubscribe`,
  ...others,
});

export const subscribeUrl = (token: string, arn = topic) =>
  `${home}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${token}`;

export const confirmation = (
  Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  others: Record<string, string> = {},
): Record<string, string> => ({
  Type,
  MessageId: nextId(),
  ...common,
  Token: 'aToken',
  Message: 'You have chosen to subscribe.\nVisit the SubscribeURL.',
  SubscribeURL: subscribeUrl('aToken'),
  ...others,
});
