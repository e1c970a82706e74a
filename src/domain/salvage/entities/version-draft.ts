/** The rows of a version while it is put together. */
import { pick, type Row } from '../transaction';
import type { Ruling, Write } from '../ruling';
import type { RowVersion } from '../version';
import { keyOf } from './fold';
import { matches, names } from './names';
import { sameRow, type Scene } from './scene';

/** Thrown with the reason why a person must enter the thing by hand, as the end of a sentence. */
export class ByHand extends Error {}

export class Draft {
  readonly rows: RowVersion[] = [];
  private readonly scene: Scene;
  /** Rows that the ruling writes, as they are then. */
  private readonly written = new Map<string, Row | null>();

  constructor({ writes }: Pick<Ruling, 'writes'>, scene: Scene) {
    this.scene = scene;
    for (const write of writes) this.carryOut(write);
  }

  private carryOut(write: Write): void {
    const { table } = write;
    const key = write.action === 'insert' ? pick(write.row, this.scene.tables.shapeOf(table).primary) : write.key;
    if (Object.values(key).includes(null)) return;
    const present = write.action === 'update' ? this.row(table, key) : null;
    const after =
      write.action === 'insert' ? write.row : write.action === 'update' && present && { ...present, ...write.set };
    this.written.set(this.name(table, key), after || null);
  }

  private name(table: string, key: Row): string {
    return `${table} ${keyOf(key, this.scene.tables.shapeOf(table).primary)}`;
  }

  /** The primary's row once the ruling is carried out. */
  row(table: string, key: Row): Row | null {
    const written = this.written.get(this.name(table, key));
    return written === undefined ? (this.scene.rows({ table, where: key })[0] ?? null) : written;
  }

  /** Counters of a row that is on both sides stay: they were added up, whatever becomes of the thing. */
  add(table: string, key: Row, wanted: Row | null): void {
    const role = this.scene.tables.roleOf(table);
    const had = this.row(table, key);
    const name = role.pairs && had?.[role.pairs.name];
    if (wanted && typeof name === 'string' && matches(name, names.counters)) return;
    const want = had && wanted ? { ...wanted, ...pick(had, role.counters ?? []) } : wanted;
    if (had && want ? !sameRow(want, had) : had !== want) this.rows.push({ table, key, had, want });
  }

  /** A row that gets a number of its own. */
  addNew(table: string, want: Row): void {
    this.rows.push({ table, key: {}, had: null, want });
  }
}
