/**
 * A name server of a fake zone, over UDP and TCP of one port. It answers, as an authoritative server does, what the zone has published to it:
 * sets, the alias of a name in place of its addresses, SOA and NS of the zone, REFUSED outside of it.
 *
 *     const server = await startNameServer({ host: '127.0.0.1', port: 0, zone, number: 0 });
 *     authoritative({ servers: [server.address] });
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import * as dns from 'dns-packet';
import { canonicalName } from '../../../src/providers/dns/provider';
import type { RecordSet } from '../../../src/ports/ports';
import { closing } from './closing';
import type { FakeZone } from './zone';

export interface NameServer {
  /** `HOST:PORT` */
  address: string;
  /** Questions so far, as `A www.shop.test.`. */
  asked: string[];
  close: () => Promise<void>;
}

export interface Place {
  host: string;
  /** 0 takes a free one. */
  port: number;
}

export interface NameServerOptions extends Place {
  zone: Pick<FakeZone<unknown>, 'origin' | 'published'>;
  /** Which one of the zone's servers this is, from 0. */
  number: number;
}

const codes = { NXDOMAIN: 3, REFUSED: 5 } as const;
/** Longest answer over UDP to somebody who has not asked for more. */
const plainBytes = 512;

export async function startNameServer(options: NameServerOptions): Promise<NameServer> {
  const asked: string[] = [];
  const reply = (query: dns.Packet): dns.Packet => {
    const [question] = query.questions ?? [];
    if (question) asked.push(`${question.type} ${canonicalName(question.name)}`);
    return answerTo(query, options);
  };
  const tcp = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    onStream(socket, reply);
  });
  const close = closing(tcp);
  const udp = await listen(tcp, options);
  udp.on('message', (message, from) => {
    const query = decoded(message);
    if (query !== undefined) udp.send(forUdp(query, reply(query)), from.port, from.address);
  });
  const { port } = tcp.address() as AddressInfo;
  return {
    address: `${options.host}:${port}`,
    asked,
    close: async () => {
      await close();
      await new Promise<void>((done) => void udp.close(() => done()));
    },
  };
}

/** Both protocols on one port; a free one of TCP may be taken in UDP, so another is tried then. */
async function listen(tcp: Server, { host, port }: Place, tries = 5): Promise<UdpSocket> {
  await new Promise<void>((ready, fail) => void tcp.once('error', fail).listen(port, host, ready));
  const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((ready, fail) => {
      udp.once('error', fail).bind((tcp.address() as AddressInfo).port, host, ready);
    });
    return udp;
  } catch (error) {
    await new Promise<void>((done) => void tcp.close(() => done()));
    if (port !== 0 || tries === 1) throw error;
    return listen(tcp, { host, port }, tries - 1);
  }
}

/** Messages of a stream, each behind its length in two bytes. */
function onStream(socket: Socket, reply: (query: dns.Packet) => dns.Packet): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const query = decoded(rest.subarray(2, end));
      rest = rest.subarray(end);
      if (query === undefined) return void socket.destroy();
      socket.write(dns.streamEncode(reply(query)));
    }
  });
}

function decoded(message: Buffer): dns.Packet | undefined {
  try {
    const packet = dns.decode(message);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

/** The whole answer, or its head alone and "ask again by TCP" when it is too long. */
function forUdp(query: dns.Packet, answer: dns.Packet): Buffer {
  const whole = dns.encode(answer);
  const wanted = query.additionals?.find((record) => record.type === 'OPT')?.udpPayloadSize ?? plainBytes;
  if (whole.length <= Math.max(plainBytes, wanted)) return whole;
  return dns.encode({ ...answer, flags: (answer.flags ?? 0) | dns.TRUNCATED_RESPONSE, answers: [], authorities: [] });
}

function answerTo(query: dns.Packet, { zone, number }: NameServerOptions): dns.Packet {
  const questions = query.questions ?? [];
  const [question] = questions;
  const head = { type: 'response', id: query.id ?? 0, questions } as const;
  const echo = (query.flags ?? 0) & dns.RECURSION_DESIRED;
  const name = canonicalName(question?.name ?? '');
  if (question === undefined || (name !== zone.origin && !name.endsWith(`.${zone.origin}`)))
    return { ...head, flags: echo | codes.REFUSED };
  const { sets, serial } = zone.published(number);
  const answers = [...apex(zone.origin, name, question.type, serial), ...answersOf(sets, name, question.type)];
  const known = name === zone.origin || sets.some((set) => set.name === name || set.name.endsWith(`.${name}`));
  const code = known ? 0 : codes.NXDOMAIN;
  const authorities = answers.length === 0 ? [soaOf(zone.origin, serial)] : [];
  return { ...head, flags: echo | dns.AUTHORITATIVE_ANSWER | code, answers, authorities };
}

/** The set itself, or the alias in its place and, as far as the zone knows them, the addresses behind it. */
function answersOf(sets: readonly RecordSet[], name: string, type: string, depth = 0): dns.Answer[] {
  const exact = sets.filter((set) => set.name === name && (set.type === type || type === 'ANY'));
  if (exact.length > 0) return exact.flatMap(wired);
  const alias = sets.find((set) => set.name === name && set.type === 'CNAME');
  const [target] = alias?.values ?? [];
  if (alias === undefined || target === undefined || depth > 8) return [];
  return [...wired(alias), ...answersOf(sets, target, type, depth + 1)];
}

const bare = (name: string) => name.replace(/\.$/, '');

function wired({ name, type, ttlSeconds: ttl, values }: RecordSet): dns.Answer[] {
  return values.map((data) => ({ type, name: bare(name), ttl, data: type === 'CNAME' ? bare(data) : data }));
}

function apex(origin: string, name: string, type: string, serial: number): dns.Answer[] {
  if (name !== origin) return [];
  if (type === 'SOA') return [soaOf(origin, serial)];
  return type === 'NS' ? [{ type: 'NS', name: bare(origin), ttl: 60, data: `ns1.${bare(origin)}` }] : [];
}

function soaOf(origin: string, serial: number): dns.Answer {
  const name = bare(origin);
  const times = { refresh: 60, retry: 60, expire: 3_600, minimum: 1 };
  return {
    type: 'SOA',
    name,
    ttl: 1,
    data: { mname: `ns1.${name}`, rname: `hostmaster.${name}`, serial: serial + 1, ...times },
  };
}
