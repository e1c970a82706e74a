/** The way in for SNS: notifications of CloudWatch, and the confirmations of subscriptions. */
import type { AlarmWord } from '../contract/alarm';
import { readNotice } from '../providers/alarms/cloudwatch';
import { AlarmRefusal, quoted } from '../providers/alarms/refusal';
import { readMessage, type Confirmation } from '../providers/alarms/sns/message';
import { requireSigned } from '../providers/alarms/sns/signature';
import { hostOf, isSubscribeUrl } from '../providers/alarms/sns/topic';
import { namesOf, unlessUnread, type Receiver } from './taking';

/** Returns what was done, as a sentence. @throws AlarmRefusal; errors of ports, which may pass */
export async function takeSns(body: string, isRaw: boolean, receiver: Receiver): Promise<string> {
  const message = readMessage(body, isRaw);
  const { TopicArn: topic } = message;
  const routes = await receiver.routes();
  const alarms = routes.topics.get(topic);
  // Before anything is fetched for it: anybody can have SNS sign messages of a topic of their own.
  if (!alarms)
    throw unlessUnread(
      routes,
      new AlarmRefusal(
        403,
        `No site file names the topic ${quoted(topic)}. Write it as alarms.NAME.source.topic into the site file, or end its subscription.`,
      ),
    );
  await requireSigned(message, receiver.certificates, receiver.now());
  if (message.Type === 'SubscriptionConfirmation') return confirm(message, receiver);
  if (message.Type === 'UnsubscribeConfirmation')
    return `The subscription of ${topic} was ended, so no alarm comes from it any more. To begin again: aws sns subscribe --topic-arn ${topic} --protocol https --notification-endpoint URL`;
  const { alarm, state, because, at } = readNotice(message.Message);
  const targets = alarms.get(alarm);
  if (!targets)
    throw unlessUnread(
      routes,
      new AlarmRefusal(
        422,
        `No site file names the alarm ${quoted(alarm)} of ${topic}. Write it as alarms.NAME.source.alarm into the site file, or take the topic out of that alarm's actions.`,
      ),
    );
  const tellAll = async () => {
    const words = targets.map(({ site, name }): [string, AlarmWord] => [site, { name, state, because, at }]);
    await Promise.all(words.map(([site, word]) => receiver.tell(site, word)));
  };
  const repeated = await receiver.messages.repeats(message.MessageId, tellAll);
  return `${namesOf(targets)}: ${state} since ${at}${repeated ? ', as it was told before' : ''}.`;
}

async function confirm(
  { TopicArn: topic, SubscribeURL: url, Token }: Confirmation,
  { get }: Receiver,
): Promise<string> {
  const host = hostOf(topic);
  if (!isSubscribeUrl(host, url, topic, Token))
    throw new AlarmRefusal(
      403,
      `SubscribeURL does not lead to ConfirmSubscription of ${topic} at https://${host}/, so it is not visited. Subscribe again: aws sns subscribe --topic-arn ${topic} --protocol https --notification-endpoint URL`,
    );
  await get(url);
  return `The subscription of ${topic} is confirmed.`;
}
