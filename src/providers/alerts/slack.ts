/** An incoming webhook of Slack, Mattermost or Rocket.Chat. It has no deduplication, so a repeated alert is a second message, and no threads. */
import { z } from 'zod';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import { defineChannel } from './channel';
import { textOf } from './chat-text';
import { requirePosted } from './delivered';

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
      send: async (alert) => {
        requirePosted(await http.send({ method: 'POST', path: search, json: { text: textOf(alert) } }));
        return undefined;
      },
      close: http.close,
    };
  },
});
