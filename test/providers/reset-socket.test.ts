import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { resetSocket } from '../../src/providers/kit/reset-socket';

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Bytes that a peer that had stopped reading still receives after the sender ended the connection by `end`. */
async function receivedAfter(end: (socket: Socket) => void): Promise<number> {
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

test('a reset socket does not deliver unsent data later', async () => {
  const closed = await receivedAfter((socket) => socket.destroy());
  const cut = await receivedAfter(resetSocket);
  expect(closed).toBeGreaterThan(1024 * 1024);
  expect(cut).toBeLessThan(closed / 4);
});

test('resetting a missing or closed socket does nothing', () => {
  expect(() => resetSocket(undefined)).not.toThrow();
  const socket = connect(1, '127.0.0.1').on('error', () => undefined);
  socket.destroy();
  expect(() => resetSocket(socket)).not.toThrow();
});
