/** Errors of DigitalOcean's API v2, the same for DNS and network calls. */
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import type { HttpResponse } from './response';
import { httpError } from './read-response';

const errorBody = z.object({ request_id: z.string().regex(/^[\da-f-]{16,64}$/) });

/** `scope` is what the call needs; `hint` says what to change where the status alone does not. */
export function digitaloceanRefusal(response: HttpResponse, scope: string, hint?: string): PortError {
  const { kind, message, waitMs = untilReset(response) } = httpError(response);
  const known =
    response.status === 401
      ? 'Create a new token: this one is wrong, expired or revoked.'
      : response.status === 403
        ? `The token needs the scope ${scope}.`
        : hint;
  const request = requestIdOf(response.text);
  const because = [
    message,
    known,
    request === undefined ? undefined : `Request id for DigitalOcean support: ${request}.`,
  ];
  return new PortError(
    kind,
    because.filter(Boolean).join(' '),
    kind === 'limited' && waitMs !== undefined ? { waitMs } : {},
  );
}

/** The id by which DigitalOcean support finds a request. */
function requestIdOf(text: string): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.request_id;
  } catch {
    return undefined;
  }
}

/** The hourly limit sends no Retry-After, but `ratelimit-reset`: when the oldest request leaves the window. Capped at 60 s. */
function untilReset({ headers }: HttpResponse): number | undefined {
  const reset = Number(headers['ratelimit-reset'] ?? NaN);
  return Number.isFinite(reset) ? Math.min(Math.max(reset * 1_000 - Date.now(), 0), 60_000) : undefined;
}
