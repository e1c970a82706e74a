/** `npm run bench`: prints every figure with how it was measured, its goal, and whether the goal was met. A missed goal is no failure. */
import { cpus, loadavg } from 'node:os';
import { seconds } from './arithmetic';
import type { Figure, Measured, MeasureOptions } from './figure';
import { figures } from './figures';
import { removeFolders } from './folders';
import { benchOptions } from './options';
import { BenchLab } from './bench-lab';

/** A measured figure; `failure` is why it could not be measured. */
type Outcome = { figure: Figure; tookMs: number; load: number } & ({ measured: Measured } | { failure: string });

async function measure(figure: Figure, bench: BenchLab, options: MeasureOptions): Promise<Outcome> {
  const started = performance.now();
  const [load = 0] = loadavg();
  const common = () => ({ figure, load, tookMs: performance.now() - started });
  try {
    const measured = await figure.measure(bench, options);
    return { ...common(), measured };
  } catch (error) {
    return { ...common(), failure: error instanceof Error ? error.message : String(error) };
  }
}

function print(outcome: Outcome): void {
  const { figure, tookMs, load } = outcome;
  const { title, name, goal, how } = figure;
  const word =
    'failure' in outcome
      ? 'NOT MEASURED'
      : ({ true: 'goal met', false: 'GOAL MISSED', null: '' } as const)[`${outcome.measured.reached}`];
  console.log(`\n${name}: ${title}${word === '' ? '' : ` — ${word}`}`);
  for (const line of 'failure' in outcome ? [outcome.failure] : outcome.measured.lines) console.log(`  ${line}`);
  if (goal !== '') console.log(`  goal: ${goal}`);
  console.log(`  how: ${how}`);
  console.log(`  duration ${seconds(tookMs)}; machine load ${load.toFixed(1)} at the start`);
}

function jsonOf(outcome: Outcome): object {
  const { figure, tookMs, load } = outcome;
  const { name, title, goal, how } = figure;
  const result = 'failure' in outcome ? { failure: outcome.failure } : outcome.measured;
  return { name, title, goal, how, tookMs, load, ...result };
}

async function main(argv: string[]): Promise<number> {
  const options = benchOptions(argv);
  if (options.list) {
    for (const { name, title, goal } of figures)
      console.log(`${name.padEnd(13)} ${title}${goal === '' ? '' : ` (goal: ${goal})`}`);
    return 0;
  }
  const bench = new BenchLab();
  const cleanUp = () => bench.close().finally(removeFolders);
  process.once('SIGINT', () => void cleanUp().finally(() => process.exit(130)));
  const outcomes: Outcome[] = [];
  if (!options.json) console.log(`${cpus().length} cores, Node ${process.version}, ${options.chosen.length} figures`);
  try {
    for (const figure of options.chosen) {
      const outcome = await measure(figure, bench, options);
      outcomes.push(outcome);
      if (!options.json) print(outcome);
    }
  } finally {
    await cleanUp();
  }
  if (options.json) console.log(JSON.stringify(outcomes.map(jsonOf), undefined, 2));
  return outcomes.some((outcome) => 'failure' in outcome) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
