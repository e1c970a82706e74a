import { spawn } from 'node:child_process';
import type { PlaceName } from './places';

/**
 * Which files a process can see: `lab` has all of `.lab` on /mnt (and the region's /srv); `host` is a region's server,
 * which has only its own /srv.
 */
export type View = 'lab' | 'host';

export interface Command {
  command: string;
  args: string[];
}

/** The command line that runs a command in a place. nsenter replaces itself, so the child's pid is the command's own. */
export function commandIn(place: PlaceName, view: View, { command, args }: Command): Command {
  const mounts = `/run/lab/${view === 'host' ? `${place}-host` : place}`;
  return { command: 'nsenter', args: [`--net=/run/netns/${place}`, `--mount=${mounts}`, '--', command, ...args] };
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command and waits for its end; after `timeout` milliseconds it is killed (code null). Never rejects on a non-zero code. */
export function capture(
  { command, args }: Command,
  options: { input?: string; timeout?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      timeout: options.timeout ?? 60_000,
      killSignal: 'SIGKILL',
      env: options.env ?? process.env,
    });
    const result: CommandResult = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)));
    child.once('close', (code) => resolve({ ...result, code }));
    // A command may end before it has read its input; its exit code decides.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
  });
}

/** Runs a command that must succeed; returns its output, or rejects with its error output. */
export async function run(command: string, args: string[], options?: { input?: string; timeout?: number }) {
  const { code, stdout, stderr } = await capture({ command, args }, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${stderr.trim()}`);
  return stdout;
}

/** Runs a command that must succeed in a place. */
export function runIn(place: PlaceName, view: View, command: string, args: string[], options?: { input?: string }) {
  const wrapped = commandIn(place, view, { command, args });
  return run(wrapped.command, wrapped.args, options);
}
