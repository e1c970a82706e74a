import { median, milliseconds } from '../arithmetic';
import type { Figure } from '../figure';
import type { DirectStep } from '../programs/direct';
import type { BenchLab } from '../bench-lab';
import { plannedRounds, type PlannedRounds } from './planned';

interface Row {
  step: string;
  /** Milliseconds. */
  journal: number;
  work: number;
}

const directWithinMs = 90_000;

async function direct(bench: BenchLab): Promise<DirectStep[]> {
  await bench.startShoppers();
  return bench.runProgram<DirectStep[]>('direct.js', [], directWithinMs);
}

/** Each step of a runbook worker, in the order of the journal, without the wait for old TTLs. */
function rowsOf({ results }: PlannedRounds, withoutTemporal: readonly DirectStep[]): Row[] {
  const first = results[0]?.journal ?? [];
  return first.flatMap(({ phase, step }) => {
    const took = results.map(({ journal }) => journal.find((entry) => entry.phase === phase && entry.step === step));
    const directStep = withoutTemporal.find((each) => each.phase === phase && each.step === step);
    if (!directStep || (phase === 'tidy' && step === 'unproxy-region')) return [];
    const journal = median(took.flatMap((entry) => (entry ? [entry.endedAt - entry.startedAt] : [])));
    return [{ step: `${phase}: ${step}`, journal, work: directStep.workMs }];
  });
}

const line = ({ step, journal, work }: Row): string =>
  `${step.padEnd(28)} ${milliseconds(journal).padStart(8)} ${milliseconds(work).padStart(8)}   x ${(journal / work).toFixed(1)}`;

export const stepTimes: Figure = {
  name: 'steps',
  title: "duration of each transfer step, and the servers' own work in it",
  goal: '',
  how: 'Journal: median of the five transfers of the figure `planned`, from start to end of the step in the workflow. Servers: one more transfer with the same plan, steps and adapters but without Temporal, in which every call to a database, host, session store, shop or name server is timed; parallel calls count once.',
  measure: async (bench) => {
    const rounds = await bench.runOnce(plannedRounds);
    const rows = rowsOf(rounds, await bench.runOnce(direct));
    const over = rows.map(({ journal, work }) => journal - work);
    return {
      lines: [
        `Temporal and the repeated checks add ${milliseconds(median(over))} per step (median of ${rows.length} steps)`,
        `${'step'.padEnd(28)} ${'journal'.padStart(8)} ${'servers'.padStart(8)}   ratio`,
        ...rows.map(line),
      ],
      reached: null,
      values: { steps: rows.map(({ step, journal, work }) => ({ step, journalMs: journal, serversMs: work })) },
    };
  },
};
