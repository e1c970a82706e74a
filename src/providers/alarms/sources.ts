/** Where the alarms of a site come from, as its file says it. Without a source an alarm comes as a signal only. */
import { z } from 'zod';
import { expected, text } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { isTopicArn } from './sns/topic';

const cloudwatch = z.strictObject({
  kind: z.literal('cloudwatch'),
  /** The SNS topic that tells of it. */
  topic: text('the ARN of an SNS topic', 'arn:aws:sns:us-east-1:123456789012:shop-alarms', isTopicArn),
  /** The name of the alarm in CloudWatch. */
  alarm: text('the name of the alarm in CloudWatch', 'shop-A-health', (value) => /^[\x20-\x7e]{1,255}$/.test(value)),
});

const twoSecrets = { error: expected('a list of one secret, or of two while it is changed', '[file:alarm-uptime]') };

const signed = z.strictObject({
  kind: z.literal('signed'),
  /** Any of them may have signed. */
  secrets: z.array(secret('file:alarm-uptime'), twoSecrets).min(1, twoSecrets).max(2, twoSecrets),
});

export const alarmSource = z.discriminatedUnion('kind', [cloudwatch, signed]);
