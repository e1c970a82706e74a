/** A place in a buffer that moves on as it is read. */
export class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** @throws Unreadable when so many bytes are not left */
  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Unreadable('a row ends too early');
    return this.bytes.subarray(this.at, (this.at += length));
  }

  uint(length: number): number {
    return this.take(length).readUIntLE(0, length);
  }

  /** MariaDB's length-encoded integer. */
  length(): number {
    const first = this.uint(1);
    if (first < 0xfb) return first;
    return first === 0xfc ? this.uint(2) : first === 0xfd ? this.uint(3) : Number(this.take(8).readBigUInt64LE(0));
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.at);
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }
}

/** Why rows of a table can't be read, as the end of a sentence. */
export class Unreadable extends Error {}
