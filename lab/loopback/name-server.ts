import { createSocket } from 'node:dgram';

/** What a name server says to one question: addresses, a response code, or nothing at all. */
export type Said = string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silence';

export interface NameServer {
  address: string;
  /** Names in the order they were asked for. */
  asked: string[];
  close: () => Promise<void>;
}

const codes = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

/** A name server on loopback that answers the n-th question, counted from 0, as `say` tells. */
export async function nameServer(say: (count: number) => Said): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const said = say(asked.length);
    asked.push(nameIn(query));
    if (said !== 'silence') socket.send(reply(query, said), from.port, from.address);
  });
  await new Promise<void>((ready) => socket.bind(0, '127.0.0.1', ready));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((done) => void socket.close(() => done())),
  };
}

/** End of the question: a name of length-prefixed labels, its type and class, behind a head of 12 bytes. */
function questionEnd(query: Buffer): number {
  return query.indexOf(0, 12) + 5;
}

function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; query[at]; at += (query[at] ?? 0) + 1)
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  return labels.join('.');
}

function reply(query: Buffer, said: Exclude<Said, 'silence'>): Buffer {
  const addresses = typeof said === 'string' ? [] : said;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8400 | (typeof said === 'string' ? codes[said] : 0), 2);
  [1, addresses.length, 0, 0].forEach((count, index) => head.writeUInt16BE(count, 4 + 2 * index));
  const answers = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, query.subarray(12, questionEnd(query)), ...answers]);
}
