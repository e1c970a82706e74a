/** An incoming webhook of Slack, Mattermost or Rocket.Chat. It has no deduplication, so a repeated alert is a second message. */
import { z } from 'zod';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import type { Alert } from '../../domain/alert';
import { defineChannel } from './channel';
import { requirePosted } from './delivered';

const emoji = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:' } as const;

const timeoutMs = 5_000;

export const slack = defineChannel({
  options: z.strictObject({
    kind: z.literal('slack'),
    /** Reference to the webhook's URL, which is itself a credential. */
    url: secret('file:slack-webhook'),
  }),
  connect: async ({ url }, context) => {
    const webhook = await context.secret(url);
    const { pathname = '', search = '' } = URL.canParse(webhook) ? new URL(webhook) : {};
    const http = openHttp({
      server: 'the Slack webhook',
      baseUrl: webhook,
      secrets: [pathname, ...pathname.split('/')],
      timeoutMs,
    });
    return {
      send: async (alert) =>
        requirePosted(await http.send({ method: 'POST', path: search, json: { text: textOf(alert) } })),
      close: http.close,
    };
  },
});

function textOf({ severity, key, summary, command }: Alert): string {
  const next = command === undefined ? '' : `\nNext: \`${escaped(command)}\``;
  return `${emoji[severity]} *${severity}* ${escaped(summary)}${next}\n_${escaped(key)}_`;
}

/** Slack treats these three as markup: an unescaped `<!channel>` would notify everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
