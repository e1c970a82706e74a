/** Bytes kept in a file without a name, so that much fits into little memory; nobody else can open it, and it is gone with the process. */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScratchFile {
  /** @returns the place from which `read` gives the bytes back */
  keep: (bytes: Uint8Array) => number;
  read: (place: number) => Uint8Array;
  close: () => void;
}

const lengthBytes = 4;
const bufferBytes = 1024 * 1024;
/** Most of what is kept is shorter, so one read is enough. */
const firstBytes = 1024;

export function scratchFile(folder = tmpdir()): ScratchFile {
  const path = join(folder, `handover-${randomBytes(12).toString('hex')}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  let waiting: Buffer[] = [];
  let written = 0;
  let length = 0;
  const flush = () => {
    const bytes = Buffer.concat(waiting);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, written + at);
    written += bytes.length;
    waiting = [];
  };
  const at = (place: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, readSync(file, bytes, 0, size, place));
  };
  return {
    keep: (bytes) => {
      const head = Buffer.alloc(lengthBytes);
      head.writeUInt32LE(bytes.length);
      waiting.push(head, Buffer.from(bytes));
      const place = length;
      length += lengthBytes + bytes.length;
      if (length - written > bufferBytes) flush();
      return place;
    },
    read: (place) => {
      if (length > written) flush();
      const first = at(place, firstBytes);
      const size = first.readUInt32LE(0);
      return size + lengthBytes <= first.length
        ? first.subarray(lengthBytes, lengthBytes + size)
        : at(place + lengthBytes, size);
    },
    close: () => {
      closeSync(file);
    },
  };
}
