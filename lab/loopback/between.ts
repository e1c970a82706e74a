import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What becomes of one DNS message: sent on, perhaps changed, or swallowed. */
export type Meddling = (message: Buffer) => Buffer | 'swallow' | Promise<Buffer | 'swallow'>;

export interface Between {
  address: string;
  /** Opcodes of the requests that came, in order: 0 a question, 5 an update. */
  opcodes: number[];
  close: () => Promise<void>;
}

export const opcodeOf = (message: Buffer) => ((message[2] ?? 0) >> 3) & 0xf;

/** Stands between a client and the name server at `target` (HOST:PORT), over TCP, and meddles with what they say. */
export async function between(target: string, meddle: { request?: Meddling; response?: Meddling }): Promise<Between> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const opcodes: number[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.on('close', () => upstream.destroy());
    pass(client, upstream, (message) => {
      opcodes.push(opcodeOf(message));
      return meddle.request?.(message) ?? message;
    });
    pass(upstream, client, meddle.response ?? ((message) => message));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    opcodes,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((done) => server.close(done));
    },
  };
}

/** Over TCP each message has its length in front. */
function pass(from: Socket, to: Socket, meddle: Meddling): void {
  let waiting: Buffer = Buffer.alloc(0);
  const handle = async (message: Buffer) => {
    const left = await meddle(message);
    if (left === 'swallow') return;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(left.length);
    to.write(Buffer.concat([length, left]));
  };
  from.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      void handle(Buffer.from(waiting.subarray(2, end)));
      waiting = waiting.subarray(end);
    }
  });
}
