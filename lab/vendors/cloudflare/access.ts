/** Who may do what, and how often. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { bad } from './envelope';
import type { Limiter } from './limiter';

type Permission =
  | 'Zone Read'
  | 'DNS Read'
  | 'DNS Write'
  | 'Load Balancers Read'
  | 'Load Balancers Write'
  | 'Load Balancing: Monitors and Pools Read'
  | 'Load Balancing: Monitors and Pools Write';

/** Permissions of each token. */
export type Tokens = Readonly<Record<string, readonly Permission[]>>;

/** One of `permissions` is enough. */
export type CfRoute = Route & { permissions: readonly Permission[] };

export function guarded({ permissions, ...route }: CfRoute, tokens: Tokens, count: Limiter): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return bad(400, 6003, 'Invalid request headers');
    const granted = Object.hasOwn(tokens, given) ? tokens[given] : undefined;
    const { refused, headers } = count(given);
    const may = permissions.length === 0 || permissions.some((one) => granted?.includes(one));
    const denied =
      granted === undefined ? bad(403, 9109, 'Invalid access token') : may ? undefined : forbidden(route.path);
    const reply = denied ?? refused ?? route.answer(request);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  };
  return { ...route, answer };
}

const forbidden = (path: string): FakeReply =>
  path === '/client/v4/zones'
    ? bad(
        403,
        0,
        "Actor 'com.cloudflare.api.token.x' requires permission 'com.cloudflare.api.account.zone.list' to list zones",
      )
    : bad(403, 10000, 'Authentication error');

/** For paths below the one zone, or the one account, of this id; any other is somebody else's, or no id at all. */
export function within(part: 'zone' | 'account', id: string, answer: Route['answer']): Route['answer'] {
  return (request) => {
    const given = request.params[part] ?? '';
    return given === id ? answer(request) : foreign(given, request.path);
  };
}

const foreign = (id: string, path: string): FakeReply =>
  /^[\da-f]{32}$/.test(id)
    ? bad(403, 9109, 'Unauthorized to access requested resource')
    : bad(400, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
