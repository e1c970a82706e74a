/** `npm run bench`: every figure with the way it was measured, its goal, and whether it was reached. A goal that is missed fails nothing. */
import { cpus, loadavg } from 'node:os';
import { seconds } from './arithmetic';
import type { Figure, Measured, Options } from './figure';
import { figures } from './figures';
import { removeFolders } from './folders';
import { wantedBy } from './wanted';
import { World } from './world';

/** One figure as it came out; `failure` is why it could not be measured. */
type Outcome = { figure: Figure; tookMs: number; load: number } & ({ measured: Measured } | { failure: string });

async function measure(figure: Figure, world: World, options: Options): Promise<Outcome> {
  const started = performance.now();
  const [load = 0] = loadavg();
  const about = () => ({ figure, load, tookMs: performance.now() - started });
  try {
    const measured = await figure.measure(world, options);
    return { ...about(), measured };
  } catch (error) {
    return { ...about(), failure: error instanceof Error ? error.message : String(error) };
  }
}

function print(outcome: Outcome): void {
  const { figure, tookMs, load } = outcome;
  const { title, name, goal, how } = figure;
  const word =
    'failure' in outcome
      ? 'NOT MEASURED'
      : ({ true: 'reached', false: 'NOT REACHED', null: '' } as const)[`${outcome.measured.reached}`];
  console.log(`\n${name}: ${title}${word === '' ? '' : ` — ${word}`}`);
  for (const line of 'failure' in outcome ? [outcome.failure] : outcome.measured.lines) console.log(`  ${line}`);
  if (goal !== '') console.log(`  goal: ${goal}`);
  console.log(`  how: ${how} Took ${seconds(tookMs)}, load ${load.toFixed(1)} before.`);
}

function plain(outcome: Outcome): object {
  const { figure, tookMs, load } = outcome;
  const { name, title, goal, how } = figure;
  const found = 'failure' in outcome ? { failure: outcome.failure } : outcome.measured;
  return { name, title, goal, how, tookMs, load, ...found };
}

async function main(argv: string[]): Promise<number> {
  const wanted = wantedBy(argv);
  if (wanted.list) {
    for (const { name, title, goal } of figures)
      console.log(`${name.padEnd(13)} ${title}${goal === '' ? '' : `: ${goal}`}`);
    return 0;
  }
  const world = new World();
  const cleanUp = () => world.close().finally(removeFolders);
  process.once('SIGINT', () => void cleanUp().finally(() => process.exit(130)));
  const outcomes: Outcome[] = [];
  if (!wanted.json) console.log(`${cpus().length} cores, Node ${process.version}, ${wanted.chosen.length} figures`);
  try {
    for (const figure of wanted.chosen) {
      const outcome = await measure(figure, world, wanted);
      outcomes.push(outcome);
      if (!wanted.json) print(outcome);
    }
  } finally {
    await cleanUp();
  }
  if (wanted.json) console.log(JSON.stringify(outcomes.map(plain), undefined, 2));
  return outcomes.some((outcome) => 'failure' in outcome) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
