/** What DigitalOcean's API v2 says when it refuses, whatever it was asked. */
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import type { HttpAnswer } from './answer';
import { httpError } from './answers';

const failed = z.object({ request_id: z.string().regex(/^[\w-]{1,64}$/) });

/** `scope` is what the call needs; `hint` says what to change where the status does not. */
export function digitaloceanRefusal(answer: HttpAnswer, scope: string, hint?: string): PortError {
  const { kind, message, waitMs = untilReset(answer) } = httpError(answer);
  const known =
    answer.status === 401
      ? 'Make a new token: this one is wrong, expired or taken back.'
      : answer.status === 403
        ? `The token needs the scope ${scope}.`
        : hint;
  const request = requestOf(answer.text);
  const because = [message, known, request === undefined ? undefined : `Its support knows this as request ${request}.`];
  return new PortError(
    kind,
    because.filter(Boolean).join(' '),
    kind === 'limited' && waitMs !== undefined ? { waitMs } : {},
  );
}

/** What the support of the vendor finds a request by. */
function requestOf(text: string): string | undefined {
  try {
    return failed.safeParse(JSON.parse(text)).data?.request_id;
  } catch {
    return undefined;
  }
}

/** The hourly limit tells no Retry-After, but when the oldest request leaves its window; at most a minute is waited. */
function untilReset({ headers }: HttpAnswer): number | undefined {
  const reset = Number(headers['ratelimit-reset'] ?? NaN);
  return Number.isFinite(reset) ? Math.min(Math.max(reset * 1_000 - Date.now(), 0), 60_000) : undefined;
}
