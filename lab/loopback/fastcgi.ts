import { connect } from 'node:net';

const pairs = (values: Record<string, string>) =>
  Buffer.concat(
    Object.entries(values).map(([name, value]) =>
      Buffer.from([name.length, value.length, ...Buffer.from(name + value)]),
    ),
  );

const record = (type: number, content: Buffer) =>
  Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);

/** What `script` says to one FastCGI request; enough of the protocol to read a short answer. */
export function request(socketPath: string, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const pieces: Buffer[] = [];
    socket.on('error', reject);
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('end', () => {
      const all = Buffer.concat(pieces);
      const length = all.readUInt16BE(4);
      resolve(all.toString('utf8', 8, 8 + length));
    });
    const about = pairs({ SCRIPT_FILENAME: script, REQUEST_METHOD: 'GET' });
    socket.write(
      Buffer.concat([
        record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
        record(4, about),
        record(4, Buffer.alloc(0)),
        record(5, Buffer.alloc(0)),
      ]),
    );
  });
}
