/**
 * PagerDuty Events API v2 (developer.pagerduty.com, read 2026-11). Every alert is a trigger: its key is the `dedup_key`, so a repeat adds
 * to the open incident and never opens a second one; closing it stays with the person on call.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { name, url } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import type { Alert } from '../../domain/alert';
import { requireSuccess } from '../http/answers';
import { defineChannel } from './channel';

const timeoutMs = 5_000;

export const pagerduty = defineChannel({
  options: z.strictObject({
    kind: z.literal('pagerduty'),
    /** Reference to the integration key of the service. */
    routingKey: secret('file:pagerduty-key'),
    /** What the incident says it comes from. */
    source: name('handover').prefault('handover'),
    url: url('https://events.pagerduty.com').prefault('https://events.pagerduty.com'),
  }),
  connect: async ({ routingKey, source, url: baseUrl }, context) => {
    const routing_key = await context.secret(routingKey);
    const http = openHttp({ who: 'PagerDuty', baseUrl, secrets: [routing_key], timeoutMs });
    return {
      send: async (alert) => {
        const event = {
          routing_key,
          event_action: 'trigger',
          dedup_key: dedupKey(alert.key),
          payload: payloadOf(alert, source),
        };
        requireSuccess(await http.ask({ method: 'POST', path: '/v2/enqueue', json: event }));
      },
      close: http.close,
    };
  },
});

/** PagerDuty takes 255 characters of key and 1024 of summary. */
function dedupKey(key: string): string {
  return key.length <= 255 ? key : createHash('sha256').update(key).digest('hex');
}

function payloadOf({ severity, summary, command }: Alert, source: string): unknown {
  return {
    summary: summary.slice(0, 1024),
    source,
    severity,
    ...(command !== undefined && { custom_details: { next: command } }),
  };
}
