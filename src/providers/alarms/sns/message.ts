/**
 * A message as SNS posts it to an HTTPS endpoint, and the text that its signature is over.
 * Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html and sns-message-and-json-formats.html,
 * read 2026-11.
 */
import { z } from 'zod';
import { jsonOf } from '../../http/read-response';
import { AlarmRefusal } from '../refusal';

const short = z.string().min(1).max(2_048);
const common = {
  MessageId: short,
  TopicArn: short,
  Message: z.string(),
  Timestamp: short,
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().regex(/^[A-Za-z0-9+/]{1,2048}={0,2}$/),
  SigningCertURL: short,
};
const confirmation = { ...common, SubscribeURL: short, Token: short };
/** Further fields, such as UnsubscribeURL and MessageAttributes, are not signed and not read. */
const envelope = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...common, Subject: z.string().nullish() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...confirmation }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...confirmation }),
]);

export type SnsMessage = z.output<typeof envelope>;
export type Confirmation = Exclude<SnsMessage, { Type: 'Notification' }>;

const rawDelivery =
  'The subscription sends messages without their signature. Turn that off, with its ARN: aws sns set-subscription-attributes --subscription-arn ARN --attribute-name RawMessageDelivery --attribute-value false';

/**
 * @param isRaw whether the header `x-amz-sns-rawdelivery` says so
 * @throws AlarmRefusal for anything but a signed message of SNS
 */
export function readMessage(body: string, isRaw: boolean): SnsMessage {
  if (isRaw) throw new AlarmRefusal(400, rawDelivery);
  const json = jsonOf(body);
  const { success, data, error } = envelope.safeParse(json);
  if (success) return data;
  if (typeof json === 'object' && json !== null && 'AlarmName' in json) throw new AlarmRefusal(400, rawDelivery);
  const fields = [...new Set((error.issues[0]?.path ?? []).map(String))].join('.');
  const wrong = fields === '' ? 'it is no JSON object of SNS' : `its field ${fields} is missing or wrong`;
  throw new AlarmRefusal(
    400,
    `This is no message of SNS: ${wrong}. Let SNS post here; whoever else has an alarm posts it signed to /alarm.`,
  );
}

const ofNotification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const ofConfirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** Name and value of each signed field on a line of its own, in this order; a Subject that is not there is left out. */
export function signedText(message: SnsMessage): string {
  const fields: Record<string, unknown> = message;
  const names = message.Type === 'Notification' ? ofNotification : ofConfirmation;
  const present = names.filter((name) => typeof fields[name] === 'string');
  return present.map((name) => `${name}\n${String(fields[name])}\n`).join('');
}
