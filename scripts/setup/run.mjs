// Runs child processes and prints progress.
import { spawn } from 'node:child_process';

/** Something that can't be installed: `because` says what is missing, `command` how to get it. */
export class Missing extends Error {
  constructor(because, command) {
    super(`${because} To fix it: ${command}`);
    this.name = 'Missing';
  }
}

/** Ctrl-C or SIGTERM; thrown when the running program has ended. */
export class Interrupted extends Error {}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program and returns `{ code, output }`; output is both streams in the order of their arrival.
 * A signal is passed on to the program; when the program has ended, `Interrupted` is thrown.
 * `uninterruptible`: the program (a package manager) must finish, so a signal is not passed on.
 * `idleMs`: the program is killed when `progress()` has not changed for that long.
 */
export async function run(program, args, { cwd, env, uninterruptible = false, idleMs, progress = () => 0 } = {}) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio, detached: uninterruptible });
  let output = '';
  let interrupted;
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const onSignal = (signal) => {
    interrupted = signal;
    if (uninterruptible) console.log(`  stopping when ${program} has finished`);
    else child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const watch = idleMs && killWhenIdle(child, idleMs, progress);
  const code = await new Promise((done) => {
    child.on('error', (error) => done(error.code === 'ENOENT' ? 127 : 1));
    child.on('close', (exit) => done(exit ?? 1));
  });
  clearInterval(watch);
  for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  if (interrupted) throw new Interrupted(`The set-up was stopped by ${interrupted}. Continue with: npm run setup`);
  return { code, output };
}

function killWhenIdle(child, idleMs, progress) {
  let seen = progress();
  return setInterval(() => {
    const now = progress();
    if (now === seen) child.kill('SIGKILL');
    seen = now;
  }, idleMs);
}

/** The error in a program's output: its error lines, or its last lines when it marks none. */
export function errorIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter(
    (line) => /^(E:|ERROR:|npm error) \S/.test(line) && !/npm error (code|A complete log)/.test(line),
  );
  return errors.length > 0 ? errors.slice(0, 3).join(' ') : lines.filter(Boolean).slice(-3).join(' ');
}

/** Prints one line of progress: name, result, seconds since `start` (of `performance.now()`). */
export const line = (name, text, start) =>
  console.log(`  ${name.padEnd(16)} ${text}  ${((performance.now() - start) / 1000).toFixed(1)} s`);

/** Runs one step, then prints its line. */
export async function step(name, act) {
  const start = performance.now();
  try {
    line(name, await act(), start);
  } catch (error) {
    line(name, 'FAILED', start);
    throw error;
  }
}
