import { median, milliseconds } from '../arithmetic';
import type { Figure } from '../figure';
import type { DirectStep } from '../inside/direct';
import type { World } from '../world';
import { plannedRounds, type PlannedRounds } from './planned';

interface Row {
  step: string;
  /** Milliseconds. */
  journal: number;
  work: number;
}

const directWithinMs = 90_000;

async function direct(world: World): Promise<DirectStep[]> {
  await world.shoppers('out');
  return world.inside<DirectStep[]>('direct.js', [], directWithinMs);
}

/** Each step of a runbook worker, in the order of the journal; the wait for old TTLs is nobody's work. */
function rowsOf({ results }: PlannedRounds, alone: readonly DirectStep[]): Row[] {
  const first = results[0]?.journal ?? [];
  return first.flatMap(({ phase, step }) => {
    const took = results.map(({ journal }) => journal.find((entry) => entry.phase === phase && entry.step === step));
    const lone = alone.find((each) => each.phase === phase && each.step === step);
    if (!lone || (phase === 'tidy' && step === 'unproxy-region')) return [];
    const journal = median(took.flatMap((entry) => (entry ? [entry.endedAt - entry.startedAt] : [])));
    return [{ step: `${phase}: ${step}`, journal, work: lone.workMs }];
  });
}

const line = ({ step, journal, work }: Row): string =>
  `${step.padEnd(28)} ${milliseconds(journal).padStart(8)} ${milliseconds(work).padStart(8)}   x ${(journal / work).toFixed(1)}`;

export const stepTimes: Figure = {
  name: 'steps',
  title: 'time of each transfer step against the servers’ own work in it',
  goal: '',
  how: 'Journal: median of the five transfers of the figure `planned`, as the workflow saw the step begin and end. Servers: one more transfer with the same plan, steps and adapters but without Temporal, clocking every call to a database, host, session store, shop or name server; calls side by side count once.',
  measure: async (world) => {
    const rounds = await world.once(plannedRounds);
    const rows = rowsOf(rounds, await world.once(direct));
    const over = rows.map(({ journal, work }) => journal - work);
    return {
      lines: [
        `Temporal and the looking again cost ${milliseconds(median(over))} a step (median of ${rows.length} steps)`,
        `${'step'.padEnd(28)} ${'journal'.padStart(8)} ${'servers'.padStart(8)}   ratio`,
        ...rows.map(line),
      ],
      reached: null,
      values: { steps: rows.map(({ step, journal, work }) => ({ step, journalMs: journal, serversMs: work })) },
    };
  },
};
