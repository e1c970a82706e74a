/** Access tokens of a service account: Google's library signs and caches them, our HTTP client requests them, one attempt each. */
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { HttpResponse } from '../../http/response';
import { plainWords } from '../../http/plain-words';
import { redactor } from '../../http/redact';
import { parseBody, httpError } from '../../http/read-response';

const tokenService = "Google's token service";
const timeoutMs = 5_000;
const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite';

const keyFile = z.object({
  type: z.literal('service_account'),
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().refine(isPrivateKey, { error: 'it is not a private key in PEM format' }),
  private_key_id: z.string().optional(),
});
export type ServiceAccount = z.output<typeof keyFile>;

const tokenBody = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const errorBody = z.object({ error: z.string(), error_description: z.string().optional() });

export interface Tokens {
  /** A valid token, requested when there is none. @throws PortError. */
  current: () => Promise<string>;
  /** Drops the current token, so that the next call requests a new one. */
  forget: () => void;
  close: () => void;
}

/** Parses the key file of a service account. @throws PortError refused that names the invalid field without its value. */
export function serviceAccountOf(json: string): ServiceAccount {
  const result = keyFile.safeParse(jsonOf(json));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? 'the content' : issue.path.join('.');
  const because = `The key for Google Cloud DNS is not the JSON key file of a service account: ${field} is missing or invalid`;
  throw new PortError('refused', `${because}; create one with gcloud iam service-accounts keys create.`);
}

export async function openTokens(account: ServiceAccount, tokenUrl: string, ca: { ca?: string }): Promise<Tokens> {
  // Loaded on first use, to save memory on sites without Google.
  const { JWT } = await import('google-auth-library');
  const at = new URL(tokenUrl);
  const http = openHttp({ server: tokenService, baseUrl: at.origin, timeoutMs, ...ca });
  /** Replaces the library's HTTP client. Its errors are final, so the library does not retry. */
  const fetchImplementation = async (_url: unknown, init?: { body?: unknown }): Promise<Response> => {
    const body = String(init?.body);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await http.send({ method: 'POST', path: at.pathname, headers, body });
    const assertion = new URLSearchParams(body).get('assertion') ?? '';
    if (response.status !== 200) throw refusal(response, quoting([body, assertion, ...assertion.split('.')]));
    return Response.json(parseBody(response, tokenBody));
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

function quoting(secrets: string[]): (words: string) => string {
  const hide = redactor(secrets);
  return (words) => plainWords(hide(words));
}

/** A wrong key is returned as 400 with an OAuth 2.0 error (RFC 6749, 5.2). */
function refusal(response: HttpResponse, quote: (text: string) => string): PortError {
  const error = errorBody.safeParse(jsonOf(response.text)).data;
  const { kind, message, waitMs } = httpError({ ...response, quote });
  if (error === undefined || response.status >= 500 || kind === 'limited')
    return new PortError(kind, message, waitMs === undefined ? {} : { waitMs });
  const words = quote(`${error.error}: ${error.error_description ?? ''}`).slice(0, 200);
  const hint =
    'Create a new key for the service account if this one is disabled or deleted, and synchronize the clock of the worker by NTP.';
  return new PortError(
    'denied',
    `${tokenService} returned ${response.status}, ${words.replace(/[.\s:]*$/, '.')} ${hint}`,
  );
}

const unreadable = () =>
  new PortError('garbage', `The response of ${tokenService} is invalid: Google's own library can't parse it.`);

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
