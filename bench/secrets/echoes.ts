/** Servers that repeat everything they were told, credentials included, as careless gateways and debugging pages do. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { web, type Asked, type Reply, type Web } from '../../test/providers/servers/web';

/** The beginning of the path tells the status, `/403/...`; 500 when it tells none. */
export function echoingWeb(): Promise<Web> {
  return web(echo);
}

/** Words are cut short where they are too many, so the status also chooses what comes first of them. */
export function echo({ path, headers, body }: Asked): Reply {
  const status = Number(/^\/([345]\d\d)\b/.exec(path)?.[1] ?? 500);
  const told = Object.entries(headers).flatMap(([name, value]) => (/^(authorization|x-)/.test(name) ? [value] : []));
  const parts = [body, told.join(' '), path];
  const turned = [...parts.slice(status % 3), ...parts.slice(0, status % 3)];
  const words = turned.join(' ');
  return { status, body: { __type: 'com.amazonaws#ValidationException', message: words, error: words } };
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
