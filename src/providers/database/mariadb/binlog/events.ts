/**
 * MariaDB's binary log as a file: a magic number, then events with a header of 19 bytes. Facts from MariaDB's "Replication Protocol"
 * pages (read 2026-11-23); the text that `mariadb-binlog` prints is not read, because its quoting of strings can't be undone.
 */
import { crc32 } from 'node:zlib';
import { PortError } from '../../../../ports/errors';
import { isKnown, types } from './event-types';
import { inflated } from './inflate';

/** A file on the host of `region`. */
export interface LogFile {
  path: string;
  region: string;
}

export interface BinlogEvent {
  type: number;
  /** Seconds since the epoch. */
  at: number;
  server: number;
  /** The bytes between header and checksum. */
  body: Buffer;
  file: LogFile;
  /** Where it begins and ends in its file, in bytes. */
  start: number;
  end: number;
}

const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const headerLength = 19;
const checksumLength = 4;
/** An event longer than this is no event of a sane server (`max_allowed_packet` ends at 1 GiB). */
const eventLimit = 256 * 1024 * 1024;

/**
 * Events of one file, read piece by piece. Bytes at its end that are no whole event come as one of the type `cutOff`.
 * @throws PortError(refused) for a log that can't be read here, garbage for a damaged one
 */
export async function* eventsOf(file: LogFile, pieces: AsyncIterable<Buffer>): AsyncGenerator<BinlogEvent> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  let hasChecksums = false;
  for await (const piece of pieces) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (start === 0 && rest.length >= magic.length) {
      if (!rest.subarray(0, magic.length).equals(magic))
        throw new PortError('garbage', `${file.path} on ${file.region}'s host is no binary log of MariaDB.`);
      rest = rest.subarray(magic.length);
      start = magic.length;
    }
    for (let length = lengthOf(file, rest); start > 0 && length <= rest.length; length = lengthOf(file, rest)) {
      const raw = rest.subarray(0, length);
      if (raw[4] === types.formatDescription) hasChecksums = raw[length - checksumLength - 1] === 1;
      yield eventIn(file, start, raw, hasChecksums);
      rest = rest.subarray(length);
      start += length;
    }
  }
  if (start > 0 && rest.length > 0)
    yield { type: types.cutOff, at: 0, server: 0, body: rest, file, start, end: start + rest.length };
}

/** Whether what is left of an event at the end of its file can be the first of a transaction. */
export const mayBegin = ({ body }: BinlogEvent): boolean => body.length < headerLength || body[4] === types.gtid;

/** The server that wrote a log, and whether the log is open or was when its server died. @throws PortError(garbage) for no log of MariaDB */
export function headerOf({ path, region }: LogFile, head: Buffer): { server: string; inUse: boolean } {
  const event = head.subarray(magic.length);
  if (head.subarray(0, magic.length).equals(magic) && event.length >= headerLength)
    return { server: String(event.readUInt32LE(5)), inUse: (event.readUInt16LE(17) & 1) !== 0 };
  throw new PortError('garbage', `${path} on ${region}'s host is no binary log of MariaDB.`);
}

/** So many bytes tell what `beginningOf` gives. */
export const headBytes = magic.length + headerLength;
const relayFlag = 0x40;

/** When a log was begun, in seconds since the epoch, and whether it is a relay log: of its first bytes. 0 for what is no log. */
export function beginningOf(head: Buffer): { begunAt: number; isRelay: boolean } {
  if (head.length < headBytes || !head.subarray(0, magic.length).equals(magic)) return { begunAt: 0, isRelay: false };
  const event = head.subarray(magic.length);
  return { begunAt: event.readUInt32LE(0), isRelay: (event.readUInt16LE(17) & relayFlag) !== 0 };
}

/** Length of the event at the beginning; infinite while its header is not there. */
function lengthOf(file: LogFile, bytes: Buffer): number {
  if (bytes.length < headerLength) return Infinity;
  const length = bytes.readUInt32LE(9);
  if (length >= headerLength && length <= eventLimit) return length;
  throw new PortError(
    'garbage',
    `${file.path} on ${file.region}'s host is damaged: it holds an event of ${length} bytes.`,
  );
}

function eventIn(file: LogFile, start: number, raw: Buffer, hasChecksums: boolean): BinlogEvent {
  const type = raw.readUInt8(4);
  const end = hasChecksums || type === types.formatDescription ? raw.length - checksumLength : raw.length;
  if (hasChecksums) {
    // The bit "in use" of an open file's first event is no part of its checksum.
    const summed = Buffer.from(raw.subarray(0, end));
    if (type === types.formatDescription) summed.writeUInt16LE(summed.readUInt16LE(17) & ~1, 17);
    if (crc32(summed) !== raw.readUInt32LE(end))
      throw new PortError(
        'garbage',
        `${file.path} on ${file.region}'s host is damaged: the checksum of the event at ${start} is wrong.`,
      );
  }
  const body = raw.subarray(headerLength, end);
  const event = { type, at: raw.readUInt32LE(0), server: raw.readUInt32LE(5), body, file, start };
  return requireReadable({ ...event, end: start + raw.length });
}

/** The command that shows these events on the host that keeps the file. */
export const shownBy = ({ path }: LogFile, start: number, end?: number): string =>
  `mariadb-binlog -v --start-position=${start}${end === undefined ? '' : ` --stop-position=${end}`} ${path}`;

/** @throws PortError(refused) for an event after which it is unknown what the log contains */
function requireReadable(event: BinlogEvent): BinlogEvent {
  const { type, file, start } = event;
  const byHand = 'Bring the region back by hand: see "A log that cannot be read" in docs/operating.md.';
  if (type === types.startEncryption)
    throw new PortError(
      'refused',
      `${file.path} on ${file.region}'s host is encrypted (encrypt_binlog=ON), and handover has no key for it. Set encrypt_binlog=OFF in both regions for the next time. ${byHand}`,
    );
  if (type === types.incident)
    throw new PortError(
      'refused',
      `The server that wrote ${file.path} lost events at ${start}, so this log does not hold all of its transactions. ${byHand}`,
    );
  if (isKnown(type)) return event;
  throw new PortError(
    'refused',
    `${file.path} on ${file.region}'s host holds an event of type ${type} at ${start}, which handover cannot read. Show it there: ${shownBy(file, start)} ${byHand}`,
  );
}

/** `DOMAIN-SERVER-SEQUENCE` of a GTID event, and whether its first statement is all of it, without a commit. */
export function gtidOf({ body, server }: BinlogEvent): { gtid: string; alone: boolean } {
  const flags = body.readUInt8(12);
  return {
    gtid: `${body.readUInt32LE(8)}-${server}-${body.readBigUInt64LE(0)}`,
    alone: (flags & 1) !== 0,
  };
}

/** The position at which the file begins, as its list of GTIDs has it: the last transaction of each server in each domain. */
export function positionIn({ body }: BinlogEvent): string {
  const count = body.readUInt32LE(0) & 0x0fffffff;
  const entries = Array.from({ length: count }, (_, index) => {
    const at = 4 + index * 16;
    return `${body.readUInt32LE(at)}-${body.readUInt32LE(at + 4)}-${body.readBigUInt64LE(at + 8)}`;
  });
  return entries.join(',');
}

/** The statement of a query event, compressed or not, and the schema it ran in. */
export function queryOf({ type, body }: BinlogEvent): { schema: string; statement: string } {
  const schemaLength = body.readUInt8(8);
  // The event that ends a LOAD DATA says in 13 more bytes where its file was.
  const start = 13 + (type === types.executeLoadQuery ? 13 : 0) + body.readUInt16LE(11);
  const text = body.subarray(start + schemaLength + 1);
  return {
    schema: body.toString('utf8', start, start + schemaLength),
    statement: (type === types.queryCompressed ? inflated(text) : text).toString('utf8'),
  };
}
