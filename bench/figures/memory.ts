import { megabytes, pssOf } from '../arithmetic';
import type { Figure } from '../figure';
import type { World } from '../world';

interface Memory {
  probeWorker: number;
  runbookWorker: number;
  lab: number;
  processes: number;
}

/** Proportional set sizes in kilobytes: shared pages are divided among those who share them, so that a sum is a sum. */
async function memoryOf(world: World): Promise<Memory> {
  const { lab } = await world.open();
  await world.shoppers('out');
  const { processes } = await lab.status();
  const read = async (pids: string) => {
    const { stdout } = await lab.exec('world', 'sh', ['-c', `cat ${pids} 2>/dev/null`]);
    return stdout;
  };
  const ofProcess = async (name: string) => {
    const pid = processes.find((each) => each.name === name)?.pid;
    const smaps = pid === undefined ? '' : await read(`/proc/${pid}/smaps_rollup`);
    if (smaps === '') throw new Error(`the lab has no process ${name} to look at`);
    return pssOf(smaps);
  };
  const all = await read('/proc/[0-9]*/smaps_rollup');
  return {
    probeWorker: await ofProcess('probe-north'),
    runbookWorker: await ofProcess('runbook-1'),
    lab: pssOf(all),
    processes: all.match(/^Pss:/gm)?.length ?? 0,
  };
}

export const memory: Figure = {
  name: 'memory',
  title: 'memory of a probe worker, a runbook worker and the whole lab',
  goal: '',
  how: 'Proportional set size from /proc/PID/smaps_rollup, with the shoppers out; the lab is every process in it: two regions, the world, Temporal, five workers, the fault injector and 30 shoppers.',
  measure: async (world) => {
    const { probeWorker, runbookWorker, lab, processes } = await memoryOf(world);
    return {
      lines: [
        `probe worker ${megabytes(probeWorker)}, runbook worker ${megabytes(runbookWorker)}, the lab ${megabytes(lab)} in ${String(processes)} processes`,
      ],
      reached: null,
      values: { probeWorkerKb: probeWorker, runbookWorkerKb: runbookWorker, labKb: lab, processes },
    };
  },
};
