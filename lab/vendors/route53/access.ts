/** Who may do what, and how often. */
import type { DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit } from '../kit/limits';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { failedAs, limited } from './replies';
import { isSignedBy, keyIdOf } from './sigv4';

export type Route53Action =
  'ListHostedZonesByName' | 'ListResourceRecordSets' | 'ChangeResourceRecordSets' | 'GetChange' | 'GetHealthCheck';

export type Route53Route = Route & { action: Route53Action };

export interface Access extends Pick<DnsFakeOptions, 'now'> {
  /** Access keys by their id, and what their policy allows. */
  keys: Readonly<Record<string, { secret: string; may: readonly Route53Action[] }>>;
  /** For each action; none by default. */
  limit?: Limit;
}

export function guarded({ action, ...route }: Route53Route, { keys, limit, now }: Access): Route {
  const window = limit === undefined ? undefined : slidingWindow(limit, now);
  const answer = (request: FakeRequest): FakeReply => {
    const denied = denial(keys, action, request);
    if (denied !== undefined) return denied;
    return window?.take().allowed === false ? limited() : route.answer(request);
  };
  return { ...route, answer };
}

function denial(keys: Access['keys'], action: Route53Action, request: FakeRequest): FakeReply | undefined {
  const id = keyIdOf(request) ?? '';
  const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
  if (key === undefined)
    return failedAs(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  const words =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
  if (!isSignedBy(key.secret, request)) return failedAs(403, 'SignatureDoesNotMatch', words);
  if (key.may.includes(action)) return undefined;
  const because = 'because no identity-based policy allows the action';
  const user = 'arn:aws:iam::123456789012:user/handover';
  return failedAs(403, 'AccessDenied', `User: ${user} is not authorized to perform: route53:${action} ${because}`);
}
