/**
 * Which addresses a message of a topic may name. Only the host of the topic's own region is believed: `sns.s3-us-west-2.amazonaws.com` would be
 * anybody's bucket, so a pattern with a free region is too wide.
 * Endpoints: docs.aws.amazon.com/general/latest/gr/sns.html, read 2026-11.
 */

/** What the domain of a partition's endpoints ends with. */
const domains = { aws: 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' } as const;

const shape = /^arn:(aws|aws-us-gov|aws-cn):sns:([a-z]{2}(?:-[a-z]+){1,2}-\d):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

export const isTopicArn = (value: string): boolean => shape.test(value);

/** `sns.us-east-1.amazonaws.com`. @throws Error for what is no ARN of a topic, which the schema of a site file refuses */
export function hostOf(topic: string): string {
  const [, partition = '', region = ''] = shape.exec(topic) ?? [];
  if (!Object.hasOwn(domains, partition)) throw new Error(`${topic} is not the ARN of an SNS topic.`);
  return `sns.${region}.${domains[partition as keyof typeof domains]}`;
}

/** An https URL of exactly this host, without user name, port and fragment. */
function urlAt(host: string, url: string): URL | undefined {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  // Written again it must be the same: no tab, backslash or dot segment that two readers would take for different addresses.
  const isPlain = at?.href === url && at.username === '' && at.password === '' && at.hash === '';
  return isPlain && at.protocol === 'https:' && at.host === host ? at : undefined;
}

/** Whether `url` is where this host keeps the certificates of messages. */
export function isCertificateUrl(host: string, url: string): boolean {
  const at = urlAt(host, url);
  return at?.search === '' && /^\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/.test(at.pathname);
}

/** Whether visiting `url` confirms the subscription of `topic` that `token` is for, and does nothing else. */
export function isSubscribeUrl(host: string, url: string, topic: string, token: string): boolean {
  const at = urlAt(host, url);
  if (at?.pathname !== '/') return false;
  const given = [...at.searchParams].map(([name, value]) => `${name}=${value}`).sort();
  return given.join('\n') === ['Action=ConfirmSubscription', `TopicArn=${topic}`, `Token=${token}`].sort().join('\n');
}
