/**
 * A webhook of your own. The receiver proves the sender by `X-Handover-Signature: sha256=HEX`, an HMAC over
 * `TIMESTAMP.BODY` with `X-Handover-Timestamp` in seconds, and drops repeats by `Idempotency-Key`.
 */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { openHttp } from '../http';
import { acceptedOf } from '../words';
import { defineChannel } from './channel';

export const webhook = defineChannel({
  kind: 'webhook',
  options: z.strictObject({
    kind: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/, error: 'must be a URL such as https://alerts.example/handover' }),
    /** Reference to the key both sides share. */
    signingKey: z.string().min(1),
    /** Reference to the PEM of the receiver's authority, when it is not a well-known one. */
    ca: z.string().optional(),
    timeoutMs: z.number().int().positive().default(5_000),
  }),
  connect: async ({ url, signingKey, ca, timeoutMs }, { secret }) => {
    const key = await secret(signingKey);
    const authority = ca === undefined ? {} : { ca: await secret(ca) };
    const { search } = new URL(url);
    const http = openHttp({ who: 'the alert webhook', baseUrl: url, secrets: [key], timeoutMs, ...authority });
    return {
      send: async (alert) => {
        const body = JSON.stringify(alert);
        const timestamp = String(Math.floor(Date.now() / 1000));
        const headers = {
          'x-handover-timestamp': timestamp,
          'x-handover-signature': `sha256=${signatureOf(key, timestamp, body)}`,
          'idempotency-key': createHash('sha256').update(body).digest('hex'),
        };
        acceptedOf(await http.ask({ method: 'POST', path: search, headers, body }));
      },
      close: http.close,
    };
  },
});

export function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
}
