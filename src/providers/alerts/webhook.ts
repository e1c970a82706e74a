/**
 * An own webhook. The receiver authenticates the sender by `X-Handover-Signature: sha256=HEX`, an HMAC over `TIMESTAMP.BODY` with
 * `X-Handover-Timestamp` in seconds, and drops repeats by `Idempotency-Key`.
 */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { url } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import { defineChannel } from './channel';
import { requireReceived } from './delivered';

const timeoutMs = 5_000;

export const webhook = defineChannel({
  options: z.strictObject({
    kind: z.literal('webhook'),
    url: url('https://alerts.example/handover'),
    /** Reference to the shared key. */
    secret: secret('file:hook'),
    /** Reference to the PEM of the receiver's CA, unless it is a public one. */
    ca: secret('file:ca.crt').exactOptional(),
  }),
  connect: async ({ url: baseUrl, secret: shared, ca }, context) => {
    const key = await context.secret(shared);
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const { search } = new URL(baseUrl);
    const http = openHttp({ server: 'the alert webhook', baseUrl, secrets: [key], timeoutMs, ...authority });
    return {
      send: async (alert) => {
        const body = JSON.stringify(alert);
        const timestamp = String(Math.floor(Date.now() / 1000));
        const headers = {
          'x-handover-timestamp': timestamp,
          'x-handover-signature': `sha256=${signatureOf(key, timestamp, body)}`,
          'idempotency-key': createHash('sha256').update(body).digest('hex'),
        };
        requireReceived(await http.send({ method: 'POST', path: search, headers, body }));
        return undefined;
      },
      close: http.close,
    };
  },
});

function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
}
