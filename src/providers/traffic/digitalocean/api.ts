/** DigitalOcean's calls on addresses and load balancers, and the two refusals of it that mean "not yet". */
import type { z } from 'zod';
import { secret } from '../../../fields/secret-refs';
import { url } from '../../../fields/fields';
import type { Context } from '../../kit/kind';
import { digitaloceanRefusal } from '../../http/digitalocean';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpRequest } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { parseBody, httpError } from '../../http/answers';

export const who = 'DigitalOcean';
const timeoutMs = 5_000;
/** Shortest pause between two looks at something that DigitalOcean is doing. */
export const lookEveryMs = 3_000;

/** Options of every kind at DigitalOcean. */
export const common = {
  /** A token with the scopes that docs/providers.md names. */
  token: secret('file:digitalocean-token'),
  url: url('https://api.digitalocean.com').prefault('https://api.digitalocean.com'),
  /** The authority behind an https URL, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
};

export interface DigitalOcean {
  /** @throws PortError unavailable, with a wait, while it is busy with something before; else in the vendor's words, with the scope where it is denied. */
  ask: <T>(scope: string, request: HttpRequest, shape: z.ZodType<T>, hint?: string) => Promise<T>;
  close: () => void;
}

export async function openDigitalOcean(
  options: { token: string; url: string; ca?: string },
  context: Context,
): Promise<DigitalOcean> {
  const headers = { authorization: `Bearer ${await context.secret(options.token)}` };
  const authority = options.ca === undefined ? {} : { ca: await context.secret(options.ca) };
  const http = openHttp({ who, baseUrl: options.url, headers, timeoutMs, ...authority });
  return {
    close: http.close,
    ask: async (scope, request, shape, hint) => {
      const answer = await http.ask(request);
      if (answer.status >= 200 && answer.status <= 299) return parseBody(answer, shape);
      throw busy(answer) ?? digitaloceanRefusal(answer, scope, hint);
    },
  };
}

/**
 * 422 "already has a pending event" and 403 "can't be updated while it processes previous actions" end by themselves (users of the Terraform
 * provider and of the API, the latter up to days; issues read 2026-11).
 */
function busy(answer: HttpAnswer): PortError | undefined {
  const { message } = httpError(answer);
  const passes =
    (answer.status === 422 && /pending event/i.test(message)) ||
    (answer.status === 403 && /processes previous actions/i.test(message));
  return passes ? new PortError('unavailable', message, { waitMs: lookEveryMs }) : undefined;
}

/** No call tells the scopes of a token, so what can't exist is changed: whoever may change is told that it is absent. */
export async function provokeDenial(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof PortError) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}
