/**
 * What counts as a delivered alert: the answer that a vendor documents for it. Any proxy on the way may answer 200 with a login page.
 *
 * | answer | who | source, read 2026-11 |
 * |---|---|---|
 * | 2xx, `ok` as the whole body | Slack, which labels it text/html | api.slack.com/messaging/webhooks; grafana/alerting#67 |
 * | 2xx, `ok` as the whole body | Mattermost | developers.mattermost.com/integrate/webhooks/incoming |
 * | 2xx, JSON with `success: true`; `success: false` is a refusal | Rocket.Chat | `executeIntegrationRest` in RocketChat/Rocket.Chat, apps/meteor/app/integrations/server/api/api.js |
 * | 202, JSON with `status: success` | PagerDuty | developer.pagerduty.com/docs/send-alert-event; PagerDuty/api-schema, reference/events-v2 |
 * | 2xx, any body but a web page and JSON with `success: false` | an own webhook | docs/operating.md |
 */
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import { capitalized, jsonOf, requireSuccess } from '../http/read-response';
import type { HttpResponse } from '../http/response';

const chatAnswer = z.object({ success: z.boolean(), error: z.string().optional() });
const eventAnswer = z.object({ status: z.literal('success') });

/** Slack, Mattermost or Rocket.Chat. @throws PortError unless its answer says that the message was posted. */
export function requirePosted(response: HttpResponse): void {
  requireSuccess(response);
  if (response.text.trim() === 'ok') return;
  if (successIn(response) === undefined) throw undelivered(response, 'ok');
}

/** What JSON says of its success, where it says that. @throws PortError(refused) for a `success` of false. */
function successIn(response: HttpResponse): true | undefined {
  const { success, error = 'no reason' } = chatAnswer.safeParse(jsonOf(response.text)).data ?? {};
  if (success !== false) return success;
  const reason = response.quote(error).slice(0, 200);
  throw new PortError(
    'refused',
    `${capitalized(response.server)} returned ${response.status} and refused the alert: ${reason}.`,
  );
}

/** PagerDuty. @throws PortError unless its answer says that the event was accepted. */
export function requireAccepted(response: HttpResponse): void {
  requireSuccess(response);
  if (response.status === 202 && eventAnswer.safeParse(jsonOf(response.text)).success) return;
  throw undelivered(response, 'success');
}

/** An own webhook. @throws PortError for any status but 2xx, for a web page, and for a success of false. */
export function requireReceived(response: HttpResponse): void {
  requireSuccess(response);
  if (isPage(response) || isLabelledPage(response)) throw undelivered(response);
  successIn(response);
}

function undelivered(response: HttpResponse, word?: string): PortError {
  const what = isPage(response) || word === undefined ? 'with a web page' : `without its "${word}"`;
  const because = `${capitalized(response.server)} returned ${response.status} ${what}, so the alert may not have been delivered.`;
  return new PortError('garbage', because);
}

const isPage = ({ text }: HttpResponse) => text.trimStart().startsWith('<');
/** PHP calls an answer a page unless it is told otherwise; one without a body is none. */
const isLabelledPage = ({ headers, text }: HttpResponse) =>
  text.trim() !== '' && /^\s*text\/html\b/i.test(headers['content-type'] ?? '');
