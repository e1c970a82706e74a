/**
 * PagerDuty Events API v2 (developer.pagerduty.com, read 2026-11). Every alert is a trigger with its key as `dedup_key`, so a repeat is added
 * to the open incident; the same key acknowledges and resolves it.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { name, url } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import type { Alert } from '../../domain/alert';
import { defineChannel } from './channel';
import { requireAccepted } from './delivered';

const timeoutMs = 5_000;

export const pagerduty = defineChannel({
  options: z.strictObject({
    kind: z.literal('pagerduty'),
    /** Reference to the service's integration key. */
    routingKey: secret('file:pagerduty-key'),
    /** The incident's source. */
    source: name('handover').prefault('handover'),
    url: url('https://events.pagerduty.com').prefault('https://events.pagerduty.com'),
  }),
  connect: async ({ routingKey, source, url: baseUrl }, context) => {
    const routing_key = await context.secret(routingKey);
    const http = openHttp({ server: 'PagerDuty', baseUrl, secrets: [routing_key], timeoutMs });
    return {
      send: async (alert) => {
        const event = { routing_key, dedup_key: dedupKey(alert.key), ...whatOf(alert, source) };
        requireAccepted(await http.send({ method: 'POST', path: '/v2/enqueue', json: event }));
        return undefined;
      },
      close: http.close,
    };
  },
});

/** Only a trigger has a payload. */
function whatOf(alert: Alert, source: string): object {
  if (alert.status !== undefined)
    return { event_action: { acknowledged: 'acknowledge', resolved: 'resolve' }[alert.status] };
  return { event_action: 'trigger', payload: payloadOf(alert, source) };
}

/** PagerDuty limits keys to 255 characters and summaries to 1024. */
function dedupKey(key: string): string {
  return key.length <= 255 ? key : createHash('sha256').update(key).digest('hex');
}

/** Up to 1024 characters, without half of one that takes two units. */
const shortened = (summary: string) => summary.slice(0, 1024).replace(/[\uD800-\uDBFF]$/, '');

function payloadOf({ severity, summary, command }: Alert, source: string): unknown {
  return {
    summary: shortened(summary),
    source,
    severity,
    ...(command !== undefined && { custom_details: { next: command } }),
  };
}
