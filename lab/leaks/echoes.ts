/** Servers that repeat what they receive, credentials included, as careless gateways and debugging pages do. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { web, type Asked, type Reply, type Web } from '../loopback/web';
import { customerCanaries } from './customers';

/** What a broken page prints of its database: the values of customers. */
const theirs = customerCanaries.map(({ text }) => text);

/** Headers that never carry a credential; each vendor chooses its own for that. */
const harmless = /^(host|accept.*|connection|content-.*|transfer-encoding|user-agent)$/;

/** The first part of the path is the status of the answer, as in `/403/...`; otherwise 500. */
export function echoingWeb(): Promise<Web> {
  return web(echo);
}

/** Long texts are shortened by the adapters, so the status also decides which part comes first. */
export function echo({ path, headers, body }: Asked): Reply {
  const status = Number(/^\/([345]\d\d)\b/.exec(path)?.[1] ?? 500);
  const headerValues = Object.entries(headers).flatMap(([name, value]) => (harmless.test(name) ? [] : [value]));
  const pieces = (headers.authorization ?? '').split(/[ ,=/]+/);
  const at = status % 5;
  const told = [...theirs.slice(at), ...theirs.slice(0, at)].join(' ');
  const parts = [body, headerValues.join(' '), `${pieces.join(' ')} ${path}`, told];
  const words = [...parts.slice(at % 4), ...parts.slice(0, at % 4)].join(' ');
  return { status, body: path.includes('/2013-04-01/') ? xmlOf(words) : jsonOf(words, path.endsWith('/token')) };
}

/** The error formats of all vendors in one object; a token service has a text where others have an object. */
function jsonOf(words: string, isTokenService: boolean): object {
  const one = { code: 1_000, message: words };
  const error = isTokenService ? words : { ...one, status: 'INVALID_ARGUMENT', errors: [one] };
  return {
    __type: 'com.amazonaws#ValidationException',
    id: 'wrong',
    success: false,
    message: words,
    error,
    errors: [one],
  };
}

function xmlOf(words: string): string {
  const text = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<ErrorResponse><Error><Code>Wrong</Code><Message>${text}</Message></Error></ErrorResponse>`;
}

export interface EchoingRedis {
  port: number;
  close: () => Promise<void>;
}

/** Refuses each command and repeats it in the error. */
export async function echoingRedis(): Promise<EchoingRedis> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (piece) => {
      const received = piece.toString('utf8');
      const [first = '', second = ''] = theirs;
      const reply = `-WRONGPASS you sent ${first} ${received.replace(/\r?\n/g, ' ')} after ${second}\r\n`;
      // A driver sends several commands at once and waits for as many replies.
      socket.write(reply.repeat(received.match(/^\*\d+\r$/gm)?.length ?? 0));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((done) => server.close(() => done()));
    },
  };
}
