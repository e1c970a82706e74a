/** Rows by table and primary key, each with a number of its own: a log has millions, so they are in typed arrays and not in objects. */

type Numbers = Float64Array | Int32Array | Uint8Array;

const chunkBits = 14;
const chunkSize = 1 << chunkBits;

/** Numbers that grow without ever being copied. */
export class Column {
  private readonly chunks: Numbers[] = [];
  private readonly of: new (length: number) => Numbers;

  constructor(of: new (length: number) => Numbers) {
    this.of = of;
  }

  /** What was never set is 0. */
  get(at: number): number {
    return this.chunks[at >>> chunkBits]?.[at & (chunkSize - 1)] ?? 0;
  }

  set(at: number, value: number): void {
    let chunk = this.chunks[at >>> chunkBits];
    while (!chunk) {
      this.chunks.push(new this.of(chunkSize));
      chunk = this.chunks[at >>> chunkBits];
    }
    chunk[at & (chunkSize - 1)] = value;
  }
}

/** Only what is written again as it was: `007` and what a double can't hold are texts. */
const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/;

/** The slots of one table's rows whose key is a whole number: open addressing, at most two thirds full. */
class NumberIndex {
  private cells = new Int32Array(64);
  private count = 0;
  private readonly keys: Column;

  constructor(keys: Column) {
    this.keys = keys;
  }

  /** The slot, or -1. */
  find(key: number): number {
    return (this.cells[this.cellOf(key)] ?? 0) - 1;
  }

  add(key: number, slot: number): void {
    if ((this.count + 1) * 3 > this.cells.length * 2) this.grow();
    this.cells[this.cellOf(key)] = slot + 1;
    this.count += 1;
  }

  /** Where the key is, or the empty cell where it belongs. */
  private cellOf(key: number): number {
    const mask = this.cells.length - 1;
    const mixed = Math.imul(key ^ Math.floor(key / 2 ** 32), 0x9e3779b1);
    for (let at = (mixed ^ (mixed >>> 15)) & mask; ; at = (at + 1) & mask) {
      const slot = this.cells[at] ?? 0;
      if (slot === 0 || this.keys.get(slot - 1) === key) return at;
    }
  }

  private grow(): void {
    const old = this.cells;
    this.cells = new Int32Array(old.length * 2);
    for (const slot of old) if (slot !== 0) this.cells[this.cellOf(this.keys.get(slot - 1))] = slot;
  }
}

interface Table {
  name: string;
  at: number;
  numbers: NumberIndex;
  texts: Map<string, number>;
}

/** Gives each row of a table a number: 0, 1, 2 and so on. */
export class Slots {
  size = 0;
  private readonly tables = new Map<string, Table>();
  private readonly names: string[] = [];
  private readonly tableOf = new Column(Int32Array);
  private readonly numberKeys = new Column(Float64Array);
  private readonly textKeys = new Map<number, string>();

  find(table: string, key: string): number | undefined {
    const known = this.tables.get(table);
    if (!known) return undefined;
    if (!wholeNumber.test(key)) return known.texts.get(key);
    const slot = known.numbers.find(Number(key));
    return slot < 0 ? undefined : slot;
  }

  /** A new row. */
  add(table: string, key: string): number {
    const { at, numbers, texts } = this.tables.get(table) ?? this.open(table);
    const slot = this.size;
    this.size += 1;
    this.tableOf.set(slot, at);
    if (wholeNumber.test(key)) {
      this.numberKeys.set(slot, Number(key));
      numbers.add(Number(key), slot);
    } else {
      this.textKeys.set(slot, key);
      texts.set(key, slot);
    }
    return slot;
  }

  at(slot: number): { table: string; key: string } {
    const table = this.names[this.tableOf.get(slot)] ?? '';
    return { table, key: this.textKeys.get(slot) ?? String(this.numberKeys.get(slot)) };
  }

  private open(name: string): Table {
    const table = { name, at: this.names.push(name) - 1, numbers: new NumberIndex(this.numberKeys), texts: new Map() };
    this.tables.set(name, table);
    return table;
  }
}
