// Child processes and the lines a person reads while they run.
import { spawn } from 'node:child_process';

/** What can't be had: `because` says what is missing, `command` what would bring it. */
export class Missing extends Error {
  constructor(because, command) {
    super(`${because} To get it: ${command}`);
    this.name = 'Missing';
  }
}

/** Ctrl-C or a polite kill; what was begun has been put in order when this is thrown. */
export class Interrupted extends Error {}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end and gives `{ code, output }`; output is both streams, in the order they came.
 * A signal is passed on to it and its end awaited, so that nothing is cleaned up under its feet, then `Interrupted`.
 * `whole`: the program must not be broken off (a package manager in the middle of its work), so it is only awaited.
 * `idleMs`: it is killed when `progress()` has not moved for that long.
 */
export async function run(program, args, { cwd, env, whole = false, idleMs, progress = () => 0 } = {}) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio, detached: whole });
  let output = '';
  let interrupted;
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const onSignal = (signal) => {
    interrupted = signal;
    if (whole) console.log(`  stopping as soon as ${program} has finished what it is doing`);
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
  if (interrupted) throw new Interrupted(`The set-up was stopped by ${interrupted}; the next one goes on from here.`);
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

/** What a failed program said about why: its error lines, or its last ones where it marks none. */
export function lastWords(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter(
    (line) => /^(E:|ERROR:|npm error) \S/.test(line) && !/npm error (code|A complete log)/.test(line),
  );
  return errors.length > 0 ? errors.slice(0, 3).join(' ') : lines.filter(Boolean).slice(-3).join(' ');
}

/** One line of progress: name, what was done, seconds since `start` (of `performance.now()`). */
export const line = (name, text, start) =>
  console.log(`  ${name.padEnd(16)} ${text}  ${((performance.now() - start) / 1000).toFixed(1)} s`);

/** Does one step, then prints its line. */
export async function step(name, act) {
  const start = performance.now();
  try {
    line(name, await act(), start);
  } catch (error) {
    line(name, 'not done', start);
    throw error;
  }
}
