/**
 * `npm run replay -- DATA OUT`: what the salvage would make of two recorded regions. DATA holds the dump of both at the point where they parted
 * (`s0.sql.gz`), what each wrote since (`binlog-a`, `binlog-b`) and that point (`tags.json`); OUT gets the merged database and what is left to a person.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { replay } from './replay';

const [data, out] = process.argv.slice(2).map((path) => resolve(path));

async function main(): Promise<void> {
  if (data === undefined || out === undefined) throw new Error('Give two folders: npm run replay -- DATA OUT');
  mkdirSync(out, { recursive: true });
  const { snapshot, items, records, transactions, tookMs, outcomes } = await replay(data);
  const lines = (all: readonly unknown[]) => all.map((each) => `${JSON.stringify(each)}\n`).join('');
  writeFileSync(join(out, 'snap-merged.json'), JSON.stringify(snapshot));
  writeFileSync(join(out, 'person.jsonl'), lines(items));
  writeFileSync(join(out, 'records.jsonl'), lines(records));
  writeFileSync(join(out, 'transactions.jsonl'), lines(transactions));
  console.log(`salvaged in ${Math.round(tookMs)} ms: ${JSON.stringify(outcomes)}`);
  for (const { because } of items) console.log(`  ${because}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
