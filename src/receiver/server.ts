/** The HTTP server. It speaks plain HTTP: a proxy before it has the certificate. Everything that a sender can make large or slow is bounded. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sentenceOf } from '../domain/sentence';
import { PortError } from '../ports/errors';
import { AlarmRefusal, quoted } from '../providers/alarms/refusal';
import type { Health } from './health';
import type { Log } from './log';
import { takeSigned } from './signed';
import { takeSns } from './sns';
import type { Receiver } from './taking';

/** SNS sends at most 256 KiB of message, which JSON may make longer; an alarm is a few. */
const mostBytes = 300_000;

/** From the first byte of a request to its last; connections that are slower are closed. */
const receiveMs = 10_000;

const bounds = {
  headersTimeout: 5_000,
  requestTimeout: receiveMs,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
};
const mostConnections = 256;

type Take = (request: IncomingMessage, receiver: Receiver) => Promise<string>;

const header = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

const ways: Readonly<Record<string, Take>> = {
  '/sns': async (request, receiver) =>
    takeSns(await bodyOf(request), header(request, 'x-amz-sns-rawdelivery') === 'true', receiver),
  '/alarm': async (request, receiver) =>
    takeSigned(await bodyOf(request), header(request, 'x-handover-signature'), receiver),
};

/** @param limits other bounds, for tests of them */
export function alarmServer(receiver: Receiver, health: Health, log: Log, limits: Partial<typeof bounds> = {}): Server {
  const server = createServer({ ...bounds, ...limits }, (request, response) => {
    answer(request, receiver, health, log)
      .catch((error: unknown) => refusalOf(error, request, log))
      .then(({ status, because, allow }) => reply(response, status, because, allow))
      .catch((error: unknown) => log.say(`A request could not be answered: ${sentenceOf(error)}`));
  });
  server.maxConnections = mostConnections;
  server.timeout = 3 * receiveMs;
  return server;
}

interface Answer {
  status: number;
  because: string;
  allow?: string;
}

async function answer(request: IncomingMessage, receiver: Receiver, health: Health, log: Log): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?');
  if (path === '/health') return request.method === 'GET' ? healthOf(health) : wrongMethod(path, 'GET');
  const take = Object.hasOwn(ways, path) ? ways[path] : undefined;
  if (!take)
    throw new AlarmRefusal(
      404,
      `There is nothing at ${quoted(path)}. SNS posts to /sns, signed alarms are posted to /alarm.`,
    );
  if (request.method !== 'POST') return wrongMethod(path, 'POST');
  const because = await take(request, receiver);
  log.say(because);
  return { status: 200, because };
}

async function healthOf(health: Health): Promise<Answer> {
  const found = await health();
  return {
    status: found.length === 0 ? 200 : 503,
    because: found.length === 0 ? 'Alarms are taken.' : found.join(' '),
  };
}

const wrongMethod = (path: string, allow: string): Answer => ({
  status: 405,
  because: `${path} takes ${allow} only.`,
  allow,
});

/** @throws AlarmRefusal when it is too large, coded, or no UTF-8 */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const coding = header(request, 'content-encoding') ?? 'identity';
  if (coding !== 'identity') throw new AlarmRefusal(415, 'The body is compressed. Send it without Content-Encoding.');
  const tooLarge = new AlarmRefusal(
    413,
    `The body is larger than ${String(mostBytes)} bytes. Send one alarm at a time.`,
  );
  if (Number(header(request, 'content-length') ?? 0) > mostBytes) throw tooLarge;
  const body = await bytesOf(request, tooLarge);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new AlarmRefusal(400, 'The body is no UTF-8. Send JSON.');
  }
}

/** What is too large is not read on; the stream stays open, since the answer goes out on the same connection. @throws `tooLarge` */
function bytesOf(request: IncomingMessage, tooLarge: Error): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= mostBytes) parts.push(part);
      else reject(tooLarge);
    });
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('close', () => reject(new AlarmRefusal(400, 'The sender ended the connection before its request.')));
  });
}

function refusalOf(error: unknown, request: IncomingMessage, log: Log): Answer {
  const known = error instanceof AlarmRefusal || error instanceof PortError;
  const status = error instanceof AlarmRefusal ? error.status : 503;
  const because = known ? error.message : 'The receiver failed; its log says how.';
  if (known) log.refused(`Refused (${String(status)}) from ${request.socket.remoteAddress ?? 'nobody'}: ${because}`);
  else log.say(`The receiver failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { status, because };
}

/** What is refused is not read to its end, so the connection can't be used again. */
function reply(response: ServerResponse, status: number, because: string, allow: string | undefined): void {
  const closing = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(allow === undefined ? {} : { allow }),
    ...closing,
  });
  response.end(`${JSON.stringify({ because })}\n`);
}
