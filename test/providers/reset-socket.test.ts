import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { resetSocket } from '../../src/providers/kit/reset-socket';

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Bytes that a peer who had stopped reading still hears after its counterpart, which had much to say, ended the connection by `end`. */
async function heardAfter(end: (socket: Socket) => void): Promise<number> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const [peer] = (await once(server, 'connection')) as [Socket];
  socket.write(Buffer.alloc(16 * 1024 * 1024));
  await pause();
  end(socket);
  await pause();
  const over = new Promise((resolve) => peer.once('close', resolve));
  peer.on('error', () => undefined).resume();
  await over;
  server.close();
  return peer.bytesRead;
}

test('what waits in the kernel for a silent peer does not arrive after the sender has given up', async () => {
  const closed = await heardAfter((socket) => socket.destroy());
  const cut = await heardAfter(resetSocket);
  expect(closed).toBeGreaterThan(1024 * 1024);
  expect(cut).toBeLessThan(closed / 4);
});

test('a socket that was never opened, or is closed already, is left alone', () => {
  expect(() => resetSocket(undefined)).not.toThrow();
  const socket = connect(1, '127.0.0.1').on('error', () => undefined);
  socket.destroy();
  expect(() => resetSocket(socket)).not.toThrow();
});
