/** Who may do what, and how often. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import type { Limiter } from './limiter';
import { forbidden, unknown } from './replies';

type Scope = 'domain:read' | 'domain:create' | 'domain:update' | 'domain:delete';

/** Scopes of each token. */
export type Tokens = Readonly<Record<string, readonly Scope[]>>;

/** One of `scopes` is enough. */
export type ScopedRoute = Route & { scopes: readonly Scope[] };

/** The headers that tell of the limit come with every answer. */
export function guarded({ scopes, ...route }: ScopedRoute, tokens: Tokens, count: Limiter): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const granted = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    const { refused, headers } = count(token);
    const may = scopes.some((scope) => granted?.includes(scope));
    const denied = granted === undefined ? unknown() : may ? undefined : forbidden();
    const reply = denied ?? refused ?? route.answer(request);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  };
  return { ...route, answer };
}
