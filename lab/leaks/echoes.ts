/** Servers that repeat everything they were told, credentials included, as careless gateways and debugging pages do. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { web, type Asked, type Reply, type Web } from '../loopback/web';

/** Headers that are no credential; which one is, is each vendor's choice. */
const harmless = /^(host|accept.*|connection|content-.*|transfer-encoding|user-agent)$/;

/** The beginning of the path tells the status, `/403/...`; 500 when it tells none. */
export function echoingWeb(): Promise<Web> {
  return web(echo);
}

/** Words are cut short where they are too many, so the status also chooses what comes first of them. */
export function echo({ path, headers, body }: Asked): Reply {
  const status = Number(/^\/([345]\d\d)\b/.exec(path)?.[1] ?? 500);
  const told = Object.entries(headers).flatMap(([name, value]) => (harmless.test(name) ? [] : [value]));
  const pieces = (headers.authorization ?? '').split(/[ ,=/]+/);
  const parts = [body, told.join(' '), `${pieces.join(' ')} ${path}`];
  const words = [...parts.slice(status % 3), ...parts.slice(0, status % 3)].join(' ');
  return { status, body: path.includes('/2013-04-01/') ? xmlOf(words) : jsonOf(words, path.endsWith('/token')) };
}

/** The error of each vendor's own shape, all in one; a token service has a text where others have a block. */
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

/** Refuses each command in the words of the command. */
export async function echoingRedis(): Promise<EchoingRedis> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (piece) => {
      const said = piece.toString('utf8');
      const reply = `-WRONGPASS you said ${said.replace(/\r?\n/g, ' ')}\r\n`;
      // A driver sends several commands at once and waits for as many replies.
      socket.write(reply.repeat(said.match(/^\*\d+\r$/gm)?.length ?? 0));
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
