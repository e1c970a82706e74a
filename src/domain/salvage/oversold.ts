/** Counters below zero: both regions sold the same stock. */
import { shown, type Shapes } from './transaction';
import { countedRowName } from './naming';
import type { Overlay } from './overlay';
import type { Oversold, Write } from './ruling';

/** The counters that `writes` lowers and leaves below zero, once each; `seen` holds the rows after all of them. */
export function oversoldBy(writes: readonly Write[], seen: Overlay): Oversold[] {
  const found = new Map<string, Oversold>();
  for (const write of writes) {
    if (write.action !== 'update') continue;
    const { table, key } = write;
    for (const [column, amount] of Object.entries(write.add)) {
      const left = shown(seen.find(table, key)?.[column]);
      const name = countedRowName(table, key);
      if (amount.startsWith('-') && left.startsWith('-'))
        found.set(`${name} ${column}`, {
          table,
          key: name.slice(table.length + 1),
          column,
          missing: left.slice(1),
          applied: true,
        });
    }
  }
  return [...found.values()];
}

/** Why the primary can't take them: a column that is unsigned holds nothing below zero. */
export function belowZero(oversold: readonly Oversold[], shapes: Shapes): string | undefined {
  const refused = oversold.find(({ table, column }) =>
    shapes.get(table)?.columns.some(({ name, unsigned }) => name === column && unsigned),
  );
  if (!refused) return undefined;
  const { table, key, column, missing } = refused;
  return `${table} ${key} has too little left on the primary: its unsigned ${column} would fall ${missing} below zero.`;
}

/** A line a counter, the latest: what a person must make good. */
export function oversoldSentences(records: readonly { gtid: string; oversold: readonly Oversold[] }[]): string[] {
  const latest = new Map<string, string>();
  for (const { gtid, oversold } of records)
    for (const { table, key, column, missing, applied } of oversold) {
      const name = `${table} ${key}: ${column}`;
      const story = applied ? `is ${missing} below zero since` : `would be ${missing} below zero by`;
      const end = applied ? '' : ', which is left to a person';
      latest.delete(name);
      latest.set(name, `${name} ${story} ${gtid}${end}`);
    }
  return [...latest.values()];
}
