/** Who may do what. */
import { z } from 'zod';
import type { FakeRequest } from '../../kit/request';
import type { FakeReply, Route } from '../../kit/routes';
import { forbidden, unknown } from '../replies';

export type NetworkScope =
  'reserved_ip:read' | 'reserved_ip:update' | 'droplet:read' | 'load_balancer:read' | 'load_balancer:update';

/** Scopes of each token. */
export type Tokens = Readonly<Record<string, readonly NetworkScope[]>>;

export type ScopedRoute = Route & { scope: NetworkScope };

export function guarded({ scope, ...route }: ScopedRoute, tokens: Tokens): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const granted = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    if (granted === undefined) return unknown();
    if (!granted.includes(scope)) return forbidden();
    const seesDroplets = granted.includes('droplet:read');
    const reply = route.answer(request);
    return seesDroplets || scope !== 'reserved_ip:read' ? reply : withoutDroplet(reply);
  };
  return { ...route, answer };
}

/** "Requires `droplet:read` scope", says the description of this field. */
function withoutDroplet({ body, ...reply }: FakeReply): FakeReply {
  const shown = z.object({ reserved_ip: z.looseObject({}) }).safeParse(body).data;
  return shown === undefined
    ? { ...reply, body }
    : { ...reply, body: { reserved_ip: { ...shown.reserved_ip, droplet: null } } };
}
