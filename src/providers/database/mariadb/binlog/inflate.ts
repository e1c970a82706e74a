import { inflateSync } from 'node:zlib';
import { Unreadable } from './cursor';

/** What one event may hold once it is inflated; a larger one is left to a person. */
const limit = 256 * 1024 * 1024;
/** Bits of the first byte: how it is compressed (0 is zlib), and in how many bytes the length follows. */
const method = 0x70;
const lengthBytes = 0x07;

/**
 * A part of an event that `log_bin_compress` compressed: a byte of flags, the true length with its highest byte first, then zlib
 * (`binlog_buf_compress` in MariaDB's `sql/log_event.cc`, read 2026-11-30).
 * @throws Unreadable when it is compressed otherwise, or larger than an event may be
 */
export function inflated(bytes: Buffer): Buffer {
  const flags = bytes.readUInt8(0);
  const lengths = flags & lengthBytes;
  if ((flags & method) !== 0 || lengths === 0 || lengths > 4)
    throw new Unreadable('it is compressed in an unknown way');
  const length = bytes.readUIntBE(1, lengths);
  if (length > limit) throw new Unreadable(`it holds more than ${limit} bytes once it is inflated`);
  try {
    const whole = inflateSync(bytes.subarray(1 + lengths), { maxOutputLength: Math.max(1, length) });
    if (whole.length === length) return whole;
  } catch {
    // Said below, without what the library says of the bytes.
  }
  throw new Unreadable('what is compressed of it is damaged');
}
