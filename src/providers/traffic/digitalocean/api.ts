/** DigitalOcean API calls for addresses and load balancers, and the two errors that mean that an earlier change is still in progress. */
import type { z } from 'zod';
import { secret } from '../../../fields/secret-refs';
import { url } from '../../../fields/fields';
import type { Context } from '../../kit/kind';
import { digitaloceanRefusal } from '../../http/digitalocean';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpRequest } from '../../http/client';
import type { HttpResponse } from '../../http/response';
import { parseBody, httpError } from '../../http/read-response';

export const vendor = 'DigitalOcean';
const timeoutMs = 5_000;
/** Shortest interval between two polls of a change in progress. */
export const pollEveryMs = 3_000;

/** Options of every DigitalOcean kind. */
export const commonOptions = {
  /** A token with the scopes listed in docs/providers.md. */
  token: secret('file:digitalocean-token'),
  url: url('https://api.digitalocean.com').prefault('https://api.digitalocean.com'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
};

export interface DigitalOcean {
  /** @throws PortError unavailable, with a wait, while an earlier change is in progress; otherwise with the vendor's message, and the missing scope when denied. */
  call: <T>(scope: string, request: HttpRequest, shape: z.ZodType<T>, hint?: string) => Promise<T>;
  close: () => void;
}

export async function openDigitalOcean(
  options: { token: string; url: string; ca?: string },
  context: Context,
): Promise<DigitalOcean> {
  const headers = { authorization: `Bearer ${await context.secret(options.token)}` };
  const authority = options.ca === undefined ? {} : { ca: await context.secret(options.ca) };
  const http = openHttp({ server: vendor, baseUrl: options.url, headers, timeoutMs, ...authority });
  return {
    close: http.close,
    call: async (scope, request, shape, hint) => {
      const response = await http.send(request);
      if (response.status >= 200 && response.status <= 299) return parseBody(response, shape);
      throw busyError(response) ?? digitaloceanRefusal(response, scope, hint);
    },
  };
}

/**
 * 422 "already has a pending event" and 403 "can't be updated while it processes previous actions" are temporary, according to users of the
 * Terraform provider and of the API; the latter may last for days (issues read 2026-11).
 */
function busyError(response: HttpResponse): PortError | undefined {
  const { message } = httpError(response);
  const temporary =
    (response.status === 422 && /pending event/i.test(message)) ||
    (response.status === 403 && /processes previous actions/i.test(message));
  return temporary ? new PortError('unavailable', message, { waitMs: pollEveryMs }) : undefined;
}

/** No call returns the scopes of a token. `change` changes what can't exist: with the scope the error is that it is absent. */
export async function probeWritePermission(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof PortError) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}
