import { spawn } from 'node:child_process';
import type { PlaceName } from './places';

/**
 * What a process sees of the file system: `lab` has the whole of `.lab` on /mnt (and the region's /srv), `host` is a
 * region's server, which sees its own /srv and nothing else of the lab.
 */
export type View = 'lab' | 'host';

export interface Command {
  command: string;
  args: string[];
}

/** The same command, run inside a place. nsenter replaces itself, so the child's pid is the command's own. */
export function inside(place: PlaceName, view: View, { command, args }: Command): Command {
  const mounts = `/run/lab/${view === 'host' ? `${place}-host` : place}`;
  return { command: 'nsenter', args: [`--net=/run/netns/${place}`, `--mount=${mounts}`, '--', command, ...args] };
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end; `timeout` in milliseconds kills it (code null then). Never rejects on a bad code. */
export function capture(
  { command, args }: Command,
  options: { input?: string; timeout?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      timeout: options.timeout ?? 60_000,
      killSignal: 'SIGKILL',
      env: options.env ?? process.env,
    });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text));
    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)));
    child.once('close', (code) => resolve({ ...outcome, code }));
    // A command that ends before it has read its input is judged by its exit code.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
  });
}

/** Runs a command that must succeed; its output, or an error with what it said. */
export async function run(command: string, args: string[], options?: { input?: string; timeout?: number }) {
  const { code, stdout, stderr } = await capture({ command, args }, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${stderr.trim()}`);
  return stdout;
}

/** Runs a command that must succeed inside a place. */
export function runInside(place: PlaceName, view: View, command: string, args: string[], options?: { input?: string }) {
  const wrapped = inside(place, view, { command, args });
  return run(wrapped.command, wrapped.args, options);
}
