/** What a long log takes in memory. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from '../figure';
import type { Folded } from '../programs/fold';

const run = promisify(execFile);
const goalMb = 300;

export const fold: Figure = {
  name: 'fold',
  title: 'memory for the salvage of a log of 1 GB',
  goal: `at most ${goalMb} MB`,
  how: 'A process of its own folds 1 GB of orders, each row a change, and puts them together by entity; its largest resident set counts. Reading the log and writing to the primary come on top: both go piece by piece.',
  measure: async () => {
    const { stdout } = await run(process.execPath, [join(__dirname, '../programs/fold.js')]);
    const { rows, bytes, entities, peakMb } = JSON.parse(stdout) as Folded;
    return {
      lines: [`${Math.round(peakMb)} MB for ${rows} rows, ${Math.round(bytes / 1e6)} MB, of ${entities} orders`],
      reached: peakMb <= goalMb,
      values: { rows, bytes, entities, peakMb },
    };
  },
};
