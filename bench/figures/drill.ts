import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../src/domain/report/report';
import { downloadSeconds, seconds, setupSteps } from '../arithmetic';
import type { Figure, Measured } from '../figure';
import { newFolder, removeFolder } from '../folders';
import { checkout } from '../bench-lab';

const withinMs = 10 * 60_000;
const goalMs = 3 * 60_000;
const fromCloneGoalMs = 4 * 60_000;
const anyPorts = ['--temporal-port', '0', '--ui-port', '0'];

interface Ran {
  ms: number;
  code: number;
  output: string;
}

/** Without the variables that npm sets for its scripts: the clone's npm must not read them. */
function environment(labDir: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  return { ...Object.fromEntries(own), HANDOVER_LAB_DIR: labDir };
}

async function timed(command: string, args: string[], cwd: string): Promise<Ran> {
  const labDir = await newFolder();
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: environment(labDir), stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGINT'), withinMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  clearTimeout(timer);
  const ms = performance.now() - started;
  await removeFolder(labDir);
  return { ms, code, output };
}

/** The recovery times in the drill's own report. @throws Error with the drill's last lines when it wrote none. */
async function recoveries({ output }: Ran, cwd: string): Promise<string[]> {
  const page = /^Report: (.*)report\.html$/m.exec(output)?.[1];
  if (page === undefined)
    throw new Error(`the drill wrote no report: ${output.trim().split('\n').slice(-3).join(' ')}`);
  const { chapters, aim } = JSON.parse(await readFile(join(cwd, page, 'report.json'), 'utf8')) as Report;
  const parts = chapters.flatMap(({ title, recovery }) => {
    if (!recovery) return [];
    const split = recovery.parts.map(({ name, from, to }) => `${name} ${seconds(to - from)}`);
    return [`${title}: ${seconds(recovery.totalMs)} (${split.join(', ')})`];
  });
  return [`the aim was ${aim?.met === true ? 'met' : 'not met'}: ${aim?.because ?? ''}`, ...parts];
}

async function installed(): Promise<Measured> {
  const ran = await timed(process.execPath, ['--enable-source-maps', 'dist/lab/drill/cli.js', ...anyPorts], checkout);
  return {
    lines: [`as installed: ${seconds(ran.ms)}, exit code ${String(ran.code)}`, ...(await recoveries(ran, checkout))],
    reached: ran.code === 0 && ran.ms <= goalMs,
    values: { installedMs: ran.ms, exitCode: ran.code },
  };
}

async function fromClone(): Promise<Measured> {
  const folder = await newFolder();
  try {
    const cloned = await timed('git', ['clone', '--quiet', '--no-local', checkout, folder], checkout);
    if (cloned.code !== 0) throw new Error(`git could not clone: ${cloned.output}`);
    const ran = await timed('npm', ['run', 'drill', '--', ...anyPorts], folder);
    const setup = setupSteps(ran.output);
    const ownMs = cloned.ms + ran.ms - downloadSeconds(setup) * 1000;
    const steps = setup.map(({ name, seconds: took }) => `${name} ${took.toFixed(1)} s`).join(', ');
    return {
      lines: [
        `from a bare clone: ${seconds(ownMs)} without downloads, ${seconds(cloned.ms + ran.ms)} with them, exit code ${String(ran.code)}`,
        `set-up: ${steps === '' ? 'nothing to do' : steps}`,
        ...(await recoveries(ran, folder)),
      ],
      reached: ran.code === 0 && ownMs <= fromCloneGoalMs,
      values: { cloneMs: ownMs, cloneWithDownloadsMs: cloned.ms + ran.ms, cloneExitCode: ran.code },
    };
  } finally {
    await removeFolder(folder);
  }
}

export const drill: Figure = {
  name: 'drill',
  title: 'duration of the default drill, from the command to the report',
  goal: '<= 3 min as installed, <= 4 min from a bare clone without downloads',
  how: "Wall time of the drill's command in its own lab. With --from-clone also in a fresh clone of HEAD, minus the download times that the set-up script prints. A drill that does not meet its aim misses the goal, however fast.",
  measure: async (_bench, options) => {
    const here = await installed();
    if (!options.fromClone) return here;
    const there = await fromClone();
    return {
      lines: [...here.lines, ...there.lines],
      reached: here.reached === true && there.reached === true,
      values: { ...here.values, ...there.values },
    };
  },
};
