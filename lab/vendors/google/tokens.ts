/** The token endpoint for service accounts, and which tokens are good. */
import { createVerify, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FakeReply, Route } from '../kit/routes';
import type { Allowed, GooglePermission } from './access';

/** Service accounts by their address: the public half of their key, and what they may. */
export type Accounts = Readonly<Record<string, { publicKey: string; may: readonly GooglePermission[] }>>;

export interface Tokens {
  route: Route;
  allowed: Allowed;
  /** Tokens given so far. */
  given: () => string[];
  /** No token that was given is good any more. */
  revoke: () => void;
}

/** Holds on purpose what `encodeURIComponent` changes. */
const prefix = 'ya29.fake/token+';
const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite';

/** A token is good for `seconds`, an hour by default. */
export function openTokens(accounts: Accounts, seconds: number | undefined): Tokens {
  const good = new Map<string, { account: string; until: number }>();
  const all: string[] = [];
  const give = (account: string) => {
    const token = `${prefix}${randomUUID()}`;
    all.push(token);
    good.set(token, { account, until: Date.now() + (seconds ?? 3_600) * 1_000 });
    return { access_token: token, expires_in: seconds ?? 3_599, token_type: 'Bearer' };
  };
  return {
    route: { method: 'POST', path: '/token', answer: ({ body }) => tokenFor(accounts, body, give) },
    allowed: (token) => {
      const one = good.get(token);
      return one === undefined || one.until < Date.now() ? undefined : accounts[one.account]?.may;
    },
    given: () => all,
    revoke: () => good.clear(),
  };
}

const claims = z.object({ iss: z.string(), scope: z.string(), aud: z.string(), exp: z.number(), iat: z.number() });

/** RFC 7523: an assertion that the account signed becomes a token. */
function tokenFor(accounts: Accounts, body: string, give: (account: string) => object): FakeReply {
  const refused = (words: string): FakeReply => {
    return { status: 400, body: { error: 'invalid_grant', error_description: words } };
  };
  const [head = '', payload = '', signature = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.');
  const said = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  const account = Object.hasOwn(accounts, said.iss) ? accounts[said.iss] : undefined;
  if (account === undefined) return refused('Invalid grant: account not found');
  const verify = createVerify('RSA-SHA256').update(`${head}.${payload}`);
  if (!verify.verify(account.publicKey, signature, 'base64url')) return refused('Invalid JWT Signature.');
  if (said.exp * 1_000 < Date.now() || said.aud !== 'https://oauth2.googleapis.com/token')
    return refused('Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.');
  if (said.scope !== scope) return { status: 400, body: { error: 'invalid_scope', error_description: said.scope } };
  return { body: give(said.iss) };
}
