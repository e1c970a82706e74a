/** Reads the values of a row event. A type that is not listed here makes its table unreadable, never its values wrong. */
import type { Column, Value } from '../../../../domain/salvage/transaction';
import { Cursor, Unreadable } from './cursor';
import { longestIn, type WireColumn } from './layout';
import { isEnum, isSet } from './members';

type Reader = (cursor: Cursor, column: Column, meta: number) => Value;

const bytesOf: Partial<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 8: 8, 9: 3 };
const metaBytes: Partial<Record<number, number>> = {
  4: 1,
  5: 1,
  252: 1,
  17: 1,
  18: 1,
  15: 2,
  246: 2,
  254: 2,
  247: 2,
  248: 2,
  16: 2,
  19: 1,
  255: 1,
  140: 1,
  141: 2,
};

/** Metadata of each column, from the block of a table map. */
export function wireColumns(columnTypes: Buffer, block: Buffer): WireColumn[] {
  const cursor = new Cursor(block);
  return [...columnTypes].map((type) => {
    const length = metaBytes[type] ?? 0;
    const bytes = cursor.take(length);
    // Two bytes are written with the lower one first for lengths, and as two separate bytes for decimals and strings.
    const meta =
      length === 2 && type !== 15 && type !== 16
        ? bytes.readUInt16BE(0)
        : length === 0
          ? 0
          : bytes.readUIntLE(0, length);
    return { type, meta };
  });
}

const integer: (length: number) => Reader =
  (length) =>
  (cursor, { unsigned }) => {
    const raw = cursor.take(length);
    if (length === 8) return String(unsigned ? raw.readBigUInt64LE(0) : raw.readBigInt64LE(0));
    return String(unsigned ? raw.readUIntLE(0, length) : raw.readIntLE(0, length));
  };

/** Text is shown as such; what is no UTF-8 is bytes. */
function stringOf(raw: Buffer, { kind, charset }: Column): Value {
  if (kind !== 'text' || charset !== '') return { hex: raw.toString('hex').toUpperCase() };
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Unreadable('a text is no UTF-8');
  }
}

const varchar: Reader = (cursor, column, meta) => stringOf(cursor.take(cursor.uint(meta > 255 ? 2 : 1)), column);
const blob: Reader = (cursor, column, meta) => stringOf(cursor.take(cursor.uint(meta)), column);

/** The number of the member; 0 for a value that is none of them, which a server without strict mode keeps. */
const enumeration: Reader = (cursor, { name, members = [] }, meta) => {
  const member = members[cursor.uint(meta & 0xff) - 1];
  if (member === undefined) throw new Unreadable(`its column ${name} holds a value that is none of its members`);
  return member;
};

/** A bit for each member. */
const set: Reader = (cursor, { members = [] }, meta) => {
  const bits = cursor.take(meta & 0xff);
  return members.filter((_, at) => (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1).join();
};

const fixedString: Reader = (cursor, column, meta) => {
  if (isEnum(meta)) return enumeration(cursor, column, meta);
  if (isSet(meta)) return set(cursor, column, meta);
  const longest = longestIn(meta);
  const raw = cursor.take(cursor.uint(longest > 255 ? 2 : 1));
  // BINARY(n) is stored without its trailing zeros and compared with them.
  const padded =
    column.kind === 'bytes' && column.charset === ''
      ? Buffer.concat([raw, Buffer.alloc(Math.max(0, longest - raw.length))])
      : raw;
  return stringOf(padded, column);
};

const digitsIn = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

/** Groups of nine digits in four bytes, big-endian, the sign in the first bit; a negative number has all bits turned over. */
const decimal: Reader = (cursor, _column, meta) => {
  const [precision, scale] = [meta >> 8, meta & 0xff];
  const whole = precision - scale;
  const groups = [
    whole % 9,
    ...Array<number>(Math.floor(whole / 9)).fill(9),
    ...Array<number>(Math.floor(scale / 9)).fill(9),
    scale % 9,
  ];
  const raw = Buffer.from(cursor.take(groups.reduce((sum, digits) => sum + (digitsIn[digits] ?? 0), 0)));
  const negative = (raw.readUInt8(0) & 0x80) === 0;
  raw.writeUInt8(raw.readUInt8(0) ^ 0x80, 0);
  if (negative) raw.forEach((byte, index) => raw.writeUInt8(~byte & 0xff, index));
  const inner = new Cursor(raw);
  const digits = groups.map((count) => {
    const length = digitsIn[count] ?? 0;
    return length === 0 ? '' : String(inner.take(length).readUIntBE(0, length)).padStart(count, '0');
  });
  const text = digits.join('');
  const before = text.slice(0, whole).replace(/^0+(?=\d)/, '') || '0';
  const sign = negative && /[1-9]/.test(text) ? '-' : '';
  return sign + (scale === 0 ? before : `${before}.${text.slice(whole)}`);
};

const two = (value: number) => String(value).padStart(2, '0');

/** Fraction of a second with `places` digits, as stored: two digits a byte. */
function fraction(cursor: Cursor, places: number): string {
  if (places === 0) return '';
  const length = Math.ceil(places / 2);
  const stored = String(cursor.take(length).readUIntBE(0, length)).padStart(length * 2, '0');
  return `.${stored.slice(0, places)}`;
}

const datetime: Reader = (cursor, _column, places) => {
  const packed = cursor.take(5).readUIntBE(0, 5) - 0x8000000000;
  const [date, time] = [Math.floor(packed / 0x20000), packed % 0x20000];
  const month = date >> 5;
  const day = `${String(Math.floor(month / 13)).padStart(4, '0')}-${two(month % 13)}-${two(date & 31)}`;
  return `${day} ${two(time >> 12)}:${two((time >> 6) & 63)}:${two(time & 63)}${fraction(cursor, places)}`;
};

const timestamp: Reader = (cursor, _column, places) => {
  const seconds = cursor.take(4).readUInt32BE(0);
  const day =
    seconds === 0 ? '0000-00-00 00:00:00' : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return day + fraction(cursor, places);
};

const date: Reader = (cursor) => {
  const packed = cursor.uint(3);
  return `${String(packed >> 9).padStart(4, '0')}-${two((packed >> 5) & 15)}-${two(packed & 31)}`;
};

const readers: Partial<Record<number, Reader>> = {
  4: (cursor) => String(cursor.take(4).readFloatLE(0)),
  5: (cursor) => String(cursor.take(8).readDoubleLE(0)),
  10: date,
  15: varchar,
  17: timestamp,
  18: datetime,
  246: decimal,
  252: blob,
  254: fixedString,
};

/** @throws Unreadable for a type that is not known here. */
export function readValue(cursor: Cursor, wire: WireColumn, column: Column): Value {
  const length = bytesOf[wire.type];
  const reader = length === undefined ? readers[wire.type] : integer(length);
  if (reader === undefined) throw new Unreadable(`column ${column.name} is of type ${wire.type}`);
  return reader(cursor, column, wire.meta);
}
