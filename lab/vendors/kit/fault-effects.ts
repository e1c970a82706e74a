/** What each effect of the fault script does to an answer. */
import type { ServerResponse } from 'node:http';
import type { Effect } from './faults';
import type { FakeRequest } from './request';
import { answerOf, type Api, type FakeReply } from './routes';

const webPage = '<!doctype html><html><title>Sign in</title><body>Please sign in to go on.</body></html>';

/** Plays `effect` around the route. The words of a failure repeat the credentials of the request, as careless gateways do. */
export function perform(out: ServerResponse, effect: Effect | undefined, api: Api, request: FakeRequest): void {
  const right = () => answerOf(api, request);
  if (effect !== undefined && 'when' in effect && effect.when === 'after') right();
  switch (effect?.kind) {
    case undefined:
    case 'hint':
      send(out, right());
      break;
    case 'limited': {
      const { headers, ...reply } = api.limited();
      const wait = effect.retryAfter === undefined ? {} : { 'retry-after': effect.retryAfter };
      send(out, { status: 429, ...reply, headers: { ...headers, ...wait } });
      break;
    }
    case 'error':
      send(out, api.failed(effect.status, `Something broke for ${toldBy(request)}.`));
      break;
    case 'cut':
      out.socket?.destroy();
      break;
    case 'slow': {
      const reply = right();
      if (Number.isFinite(effect.ms)) setTimeout(() => send(out, reply), effect.ms);
      break;
    }
    case 'drip':
    case 'truncated':
      sendHalf(out, right(), effect.kind === 'truncated');
      break;
    case 'html':
      send(out, { headers: { 'content-type': 'text/html' }, body: webPage });
      break;
    case 'redirect':
      send(out, { status: effect.status, headers: { location: `${effect.to}${request.path}` } });
  }
}

function sendHalf(out: ServerResponse, reply: FakeReply, thenBreak: boolean): void {
  const text = textOf(reply);
  const length = String(Buffer.byteLength(text) + 1);
  const status = reply.status === 204 ? 200 : (reply.status ?? 200);
  out.writeHead(status, {
    'content-type': 'application/json',
    ...reply.headers,
    'content-length': length,
  });
  out.write(text.slice(0, Math.ceil(text.length / 2)) || ' ', () => {
    if (thenBreak) out.socket?.destroy();
  });
}

function textOf({ body }: FakeReply): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(out: ServerResponse, reply: FakeReply): void {
  const type = typeof reply.body === 'string' || reply.body === undefined ? {} : { 'content-type': 'application/json' };
  out.writeHead(reply.status ?? 200, { ...type, ...reply.headers }).end(textOf(reply));
}

const harmless = /^(host|accept.*|connection|content-.*|transfer-encoding|user-agent)$/;

/** Every header that may be a credential, as careless servers repeat them in their errors. */
const toldBy = ({ headers }: FakeRequest): string =>
  Object.entries(headers)
    .flatMap(([name, value]) => (harmless.test(name) ? [] : [String(value)]))
    .join(' ');
