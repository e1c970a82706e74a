/** Access tokens of a service account: Google's own library signs and keeps them, our own HTTP asks for them, once at a time. */
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { redactor } from '../../http/redact';
import { parseBody, httpError } from '../../http/answers';

const who = 'Google’s token service';
const timeoutMs = 5_000;
const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite';

const keyFile = z.object({
  type: z.literal('service_account'),
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().refine(isPrivateKey, { error: 'it is no private key in PEM' }),
  private_key_id: z.string().optional(),
});
export type ServiceAccount = z.output<typeof keyFile>;

const granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const denied = z.object({ error: z.string(), error_description: z.string().optional() });

export interface Tokens {
  /** A token that lasts, asked for when there is none. @throws PortError. */
  current: () => Promise<string>;
  /** What was given last is not believed any more. */
  forget: () => void;
  close: () => void;
}

/** The key file that Google gives for a service account. @throws PortError refused that names the field that is wrong, and shows none of it. */
export function serviceAccountOf(json: string): ServiceAccount {
  const result = keyFile.safeParse(jsonOf(json));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  const because = `The key for Google Cloud DNS is not the JSON key file of a service account: ${field} is missing or wrong`;
  throw new PortError('refused', `${because}; make one with gcloud iam service-accounts keys create.`);
}

export async function openTokens(account: ServiceAccount, tokenUrl: string, ca: { ca?: string }): Promise<Tokens> {
  // Not before it is needed: a site without Google pays nothing for its library.
  const { JWT } = await import('google-auth-library');
  const at = new URL(tokenUrl);
  const http = openHttp({ who, baseUrl: at.origin, timeoutMs, ...ca });
  /** In place of the library's own HTTP. Whatever it rejects with is final, so the library's retries have nothing to do. */
  const fetchImplementation = async (_url: unknown, init?: { body?: unknown }): Promise<Response> => {
    const body = String(init?.body);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await http.ask({ method: 'POST', path: at.pathname, headers, body });
    const assertion = new URLSearchParams(body).get('assertion') ?? '';
    if (answer.status !== 200) throw refusal(answer, redactor([body, assertion, ...assertion.split('.')]));
    return Response.json(parseBody(answer, granted));
  };
  const make = () =>
    new JWT({
      email: account.client_email,
      key: account.private_key,
      scopes: [scope],
      transporterOptions: { fetchImplementation, retryConfig: { retry: 0, noResponseRetries: 0 } },
    });
  let jwt = make();
  return {
    current: async () => {
      try {
        return (await jwt.getAccessToken()).token ?? '';
      } catch (error) {
        throw error instanceof Error && error.cause instanceof PortError ? error.cause : unreadable();
      }
    },
    forget: () => void (jwt = make()),
    close: http.close,
  };
}

/** Wrong keys come as 400, with an error of OAuth 2.0 (RFC 6749, 5.2). */
function refusal(answer: HttpAnswer, hide: (text: string) => string): PortError {
  const said = denied.safeParse(jsonOf(answer.text)).data;
  const { kind, message, waitMs } = httpError({ ...answer, hide });
  if (said === undefined || answer.status >= 500 || kind === 'limited')
    return new PortError(kind, message, waitMs === undefined ? {} : { waitMs });
  const words = hide(`${said.error}: ${said.error_description ?? ''}`).slice(0, 200);
  const hint =
    'Make a new key for the service account if this one is disabled or deleted, and set the clock of the worker by NTP.';
  return new PortError('denied', `${who} answered ${answer.status}, ${words.replace(/[.\s:]*$/, '.')} ${hint}`);
}

const unreadable = () =>
  new PortError('garbage', `The answer of ${who} is not usable: Google's own library can't read it.`);

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
