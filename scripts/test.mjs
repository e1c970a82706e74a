// Checks types, lint, structure, unused code and format, and runs jest; the last line `N passed, N failed` counts each check and each test.
//   --fast   only the checks and the suites that are quick and need no server
//   --deep   only the full explorations that npm test samples
// All other arguments go to jest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changedFiles } from './test/changed.mjs';
import { add, countCheck, countJest, lastLine } from './test/count.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', name);
const MINUTE = 60_000;
/** Several times the duration on two busy cores: a run that hangs is killed with a message. */
const LIMIT = { check: 15 * MINUTE, jest: 40 * MINUTE };

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) end(child, signal);
    process.exitCode = 130;
  });
}

/** Also signals the workers that it started. */
function end(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has already ended.
  }
}

/** Runs a Node program and passes its output to `print` as it arrives. Resolves to its exit code. */
function node(args, limit, print, given = {}) {
  return new Promise((done) => {
    const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...color, ...given },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    const timer = setTimeout(() => {
      print(`killed after ${limit / MINUTE} minutes, because it had not finished\n`);
      end(child, 'SIGKILL');
    }, limit);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', print);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      done(code ?? 1);
    });
  });
}

async function check(name, args, given) {
  const start = performance.now();
  let output = '';
  const code = await node(args, LIMIT.check, (text) => (output += text), given);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(output);
  return countCheck(code === 0);
}

/** --fast uses the caches of types, lint and format; a full run checks everything again. */
const checksOf = (fast) => {
  const memory = (name) => join(root, '.cache', name);
  const cache = (name) => (fast ? ['--cache', '--cache-strategy', 'content', '--cache-location', memory(name)] : []);
  const incremental = fast ? ['--incremental', '--tsBuildInfoFile', memory('types.tsbuildinfo')] : [];
  // For eslint.config.mjs: the rules that need types would take longer than everything else.
  const changed = fast ? changedFiles(root) : undefined;
  const typed = changed && { HANDOVER_LINT_TYPED: changed.join('\n') };
  return [
    ['types', [bin('typescript/bin/tsc'), '--noEmit', ...incremental]],
    ['lint', [bin('eslint/bin/eslint.js'), '.', ...cache('eslint')], typed],
    ['structure', [join(root, 'scripts/structure.mjs')]],
    ['unused', [bin('knip/bin/knip.js')]],
    ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.', ...cache('prettier')]],
  ];
};

async function allChecks(fast) {
  const counts = [];
  for (const one of checksOf(fast)) counts.push(await check(...one));
  return add(counts);
}

/** A jest worker above this size is replaced: what earlier suites left in memory slows later ones down, some threefold. */
const largestWorker = '400MB';
/** Further options of jest: a run with few tracks uses both cores; explorations have no time limit of their own. */
const optionsOf = {
  fast: { maxWorkers: 2, workerIdleMemoryLimit: largestWorker },
  deep: { maxWorkers: 2, testTimeout: LIMIT.jest, testPathIgnorePatterns: '/node_modules/' },
  whole: { maxWorkers: 1, workerIdleMemoryLimit: largestWorker },
};

/** scripts/test/LANE.cjs selects the test files of a lane. */
async function jest(lane, mode, args) {
  const folder = mkdtempSync(join(tmpdir(), 'handover-jest-'));
  const file = join(folder, 'report.json');
  const ours = {
    outputFile: file,
    filter: join(root, 'scripts/test', `${lane}.cjs`),
    reporters: join(root, 'scripts/test/reporter.cjs'),
    ...optionsOf[mode],
  };
  const options = Object.entries(ours).map(([name, value]) => `--${name}=${value}`);
  const print = (text) => process.stdout.write(text.replace(/^Test results written to: .*\n/m, ''));
  const all = [bin('jest/bin/jest.js'), '--json', '--passWithNoTests', ...options, ...args];
  const code = await node(all, LIMIT.jest, print);
  const report = read(file);
  rmSync(folder, { recursive: true });
  return countJest(report, code);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Runs the parts one after the other, until the run is interrupted. */
async function inOrder(...parts) {
  const counts = [];
  for (const part of parts) if (process.exitCode === undefined) counts.push(await part());
  return add(counts);
}

/** Tracks run in parallel; suites mostly wait, so two cores serve four of them. */
function tracksOf(mode, forJest) {
  const lane = (name) => () => jest(name, mode, forJest);
  const checks = () => allChecks(mode === 'fast');
  switch (mode) {
    case 'fast':
      return [[checks], [lane('simulation'), lane('daily')]];
    case 'deep':
      return [[lane('deep')]];
    default:
      // The lab mostly waits, so it starts as early as possible.
      return [[lane('daily'), lane('lab')], [lane('simulation'), lane('workflows')], [lane('servers')], [checks]];
  }
}

async function main() {
  const args = process.argv.slice(2);
  const mode = ['fast', 'deep'].find((each) => args.includes(`--${each}`)) ?? 'whole';
  const forJest = args.filter((arg) => arg !== `--${mode}`);
  const sum = add(await Promise.all(tracksOf(mode, forJest).map((track) => inOrder(...track))));
  console.log(lastLine(sum));
  process.exitCode ??= sum.failed > 0 ? 1 : 0;
}

await main();
