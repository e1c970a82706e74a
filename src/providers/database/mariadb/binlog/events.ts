/**
 * MariaDB's binary log as a file: a magic number, then events with a header of 19 bytes. Facts from MariaDB's "Replication Protocol"
 * pages (read 2026-11-23); the text that `mariadb-binlog` prints is not read, because its quoting of strings can't be undone.
 */
import { crc32 } from 'node:zlib';
import { PortError } from '../../../../ports/errors';

export interface BinlogEvent {
  type: number;
  /** Seconds since the epoch. */
  at: number;
  server: number;
  /** What stands between header and checksum. */
  body: Buffer;
}

export const types = {
  query: 2,
  formatDescription: 15,
  xid: 16,
  tableMap: 19,
  annotate: 160,
  gtid: 162,
  gtidList: 163,
  startEncryption: 164,
} as const;

const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const headerLength = 19;
const checksumLength = 4;
/** An event longer than this is no event of a sane server (`max_allowed_packet` ends at 1 GiB). */
const eventLimit = 256 * 1024 * 1024;

/** Events of one file, read piece by piece; what was cut off at the end of the file is left out. */
export async function* eventsOf(name: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<BinlogEvent> {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  let hasChecksums = false;
  for await (const piece of pieces) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (!started && rest.length >= magic.length) {
      if (!rest.subarray(0, magic.length).equals(magic))
        throw new PortError('garbage', `${name} is no binary log, or it is encrypted.`);
      rest = rest.subarray(magic.length);
      started = true;
    }
    for (let length = lengthOf(name, rest); started && length <= rest.length; length = lengthOf(name, rest)) {
      const raw = rest.subarray(0, length);
      if (raw[4] === types.formatDescription) hasChecksums = raw[length - checksumLength - 1] === 1;
      yield eventIn(name, raw, hasChecksums);
      rest = rest.subarray(length);
    }
  }
}

/** Length of the event at the beginning; infinite while its header is not there. */
function lengthOf(name: string, bytes: Buffer): number {
  if (bytes.length < headerLength) return Infinity;
  const length = bytes.readUInt32LE(9);
  if (length >= headerLength && length <= eventLimit) return length;
  throw new PortError('garbage', `${name} holds an event of ${length} bytes, so it is damaged.`);
}

function eventIn(name: string, raw: Buffer, hasChecksums: boolean): BinlogEvent {
  const type = raw.readUInt8(4);
  if (type === types.startEncryption)
    throw new PortError('refused', `${name} is encrypted; decrypt it by hand, or bring ${name} over without salvage.`);
  const end = hasChecksums || type === types.formatDescription ? raw.length - checksumLength : raw.length;
  if (hasChecksums) {
    // The bit "in use" of an open file's first event is no part of its checksum.
    const summed = Buffer.from(raw.subarray(0, end));
    if (type === types.formatDescription) summed.writeUInt16LE(summed.readUInt16LE(17) & ~1, 17);
    if (crc32(summed) !== raw.readUInt32LE(end))
      throw new PortError('garbage', `${name} holds an event whose checksum is wrong, so it is damaged.`);
  }
  return { type, at: raw.readUInt32LE(0), server: raw.readUInt32LE(5), body: raw.subarray(headerLength, end) };
}

/** `DOMAIN-SERVER-SEQUENCE` of a GTID event, and whether it stands alone, without a commit behind it. */
export function gtidOf({ body, server }: BinlogEvent): { gtid: string; alone: boolean; prepared: boolean } {
  const flags = body.readUInt8(12);
  return {
    gtid: `${body.readUInt32LE(8)}-${server}-${body.readBigUInt64LE(0)}`,
    alone: (flags & 1) !== 0,
    prepared: (flags & 0xc0) !== 0,
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

/** The statement of a query event, and the schema it ran in. */
export function queryOf({ body }: BinlogEvent): { schema: string; statement: string } {
  const schemaLength = body.readUInt8(8);
  const start = 13 + body.readUInt16LE(11);
  return {
    schema: body.toString('utf8', start, start + schemaLength),
    statement: body.toString('utf8', start + schemaLength + 1),
  };
}
