/**
 * An app of Slack that posts as a bot (`chat.postMessage`, docs.slack.dev/reference/methods/chat.postMessage, read 2026-11): unlike an incoming
 * webhook it is told which message it posted, so that all of one incident is one thread. It needs the scope `chat:write` and must be in the channel.
 */
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import { text, url } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { openHttp } from '../http/client';
import { jsonOf, requireSuccess } from '../http/read-response';
import type { HttpResponse } from '../http/response';
import { defineChannel } from './channel';
import { textOf } from './chat-text';

const timeoutMs = 5_000;

/** Slack answers 200 whether it posted or not. */
const answer = z.object({ ok: z.boolean(), ts: z.string().optional(), error: z.string().optional() });

export const slackApp = defineChannel({
  options: z.strictObject({
    kind: z.literal('slack-app'),
    /** Reference to the bot's token, `xoxb-...`. */
    token: secret('file:slack-token'),
    /** Its id, since a name may change. */
    channel: text('the id of a channel', 'C0123456789', (value) => /^[CG][A-Z0-9]{8,20}$/.test(value)),
    url: url('https://slack.com').prefault('https://slack.com'),
  }),
  connect: async ({ token: reference, channel, url: baseUrl }, context) => {
    const token = await context.secret(reference);
    const http = openHttp({ server: 'Slack', baseUrl, secrets: [token], timeoutMs });
    return {
      send: async (alert, thread) => {
        const json = { channel, text: textOf(alert), ...(thread !== undefined && { thread_ts: thread }) };
        const headers = { authorization: `Bearer ${token}` };
        const posted = postedIn(await http.send({ method: 'POST', path: '/api/chat.postMessage', headers, json }));
        return thread ?? posted;
      },
      close: http.close,
    };
  },
});

/** The message that was posted. @throws PortError unless Slack says that it was. */
function postedIn(response: HttpResponse): string {
  requireSuccess(response);
  const { ok, ts, error = 'no reason' } = answer.safeParse(jsonOf(response.text)).data ?? {};
  if (ok && ts !== undefined) return ts;
  if (ok === false)
    throw new PortError(
      'refused',
      `Slack returned ${response.status} and refused the alert: ${response.quote(error).slice(0, 200)}.`,
    );
  throw new PortError(
    'garbage',
    `Slack returned ${response.status} without its "ok", so the alert may not have been delivered.`,
  );
}
