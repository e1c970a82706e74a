/** Counters below zero: both regions sold the same stock. */
import { namesOneRow } from './naming';
import type { Oversold } from './ruling';

/** A line a counter, the latest: what a person must make good. */
export function oversoldSentences(records: readonly { gtid: string; oversold: readonly Oversold[] }[]): string[] {
  const latest = new Map<string, string>();
  for (const { gtid, oversold } of records)
    for (const { table, key, column, missing, applied } of oversold) {
      const name = `${table} ${key}: ${column}`;
      const story = applied ? `is ${missing} below zero since` : `would be ${missing} below zero by`;
      const end = applied ? '' : ', which is left to a person';
      const counter = namesOneRow(key) ? name : `${name} in ${gtid}, ${latest.size}`;
      latest.delete(counter);
      latest.set(counter, `${name} ${story} ${gtid}${end}`);
    }
  return [...latest.values()];
}
