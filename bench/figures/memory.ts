import { megabytes, pssOf } from '../arithmetic';
import type { Figure } from '../figure';
import type { BenchLab } from '../bench-lab';

interface Memory {
  probeWorker: number;
  runbookWorker: number;
  lab: number;
  processes: number;
}

/** Proportional set sizes in kilobytes: shared pages are divided among their processes, so that the sizes can be added. */
async function memoryOf(bench: BenchLab): Promise<Memory> {
  const { lab } = await bench.start();
  await bench.startShoppers();
  const { processes } = await lab.status();
  const read = async (pids: string) => {
    const { stdout } = await lab.exec('world', 'sh', ['-c', `cat ${pids} 2>/dev/null`]);
    return stdout;
  };
  const ofProcess = async (name: string) => {
    const pid = processes.find((each) => each.name === name)?.pid;
    const smaps = pid === undefined ? '' : await read(`/proc/${pid}/smaps_rollup`);
    if (smaps === '') throw new Error(`the lab has no process ${name}`);
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
  how: 'Proportional set size from /proc/PID/smaps_rollup while the shoppers run. The lab is all its processes: two regions, the servers in `world`, Temporal, five workers, the fault injector and 30 shoppers.',
  measure: async (bench) => {
    const { probeWorker, runbookWorker, lab, processes } = await memoryOf(bench);
    return {
      lines: [
        `probe worker ${megabytes(probeWorker)}, runbook worker ${megabytes(runbookWorker)}, the lab ${megabytes(lab)} in ${String(processes)} processes`,
      ],
      reached: null,
      values: { probeWorkerKb: probeWorker, runbookWorkerKb: runbookWorker, labKb: lab, processes },
    };
  },
};
