// Types, lint, structure, unused code, format and jest; ends with `N passed, N failed`, which counts each check and each test.
//   --fast   only what is quick and needs no server; everything else on the command line goes to jest
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { add, countCheck, countJest, lastLine } from './test/count.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', name);
const MINUTE = 60_000;
/** Twice the time that each is meant to take on two cores: a run that hangs ends with a sentence, not with the machine. */
const LIMIT = { check: 5 * MINUTE, jest: 16 * MINUTE };

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 130;
  });
}

/** Runs a Node program; `print` gets its output as it comes. Resolves to its exit code. */
function node(args, limit, print) {
  return new Promise((done) => {
    const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...color },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const timer = setTimeout(() => {
      print(`ended after ${limit / MINUTE} minutes, because it had not finished by itself\n`);
      child.kill('SIGKILL');
    }, limit);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', print);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      done(code ?? 1);
    });
  });
}

async function check(name, ...args) {
  const start = performance.now();
  let output = '';
  const code = await node(args, LIMIT.check, (text) => (output += text));
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(output);
  return countCheck(code === 0);
}

/** The daily loop remembers what it has seen; a whole run looks at everything anew. */
const checksOf = (fast) => {
  const cache = (name) => (fast ? ['--cache', '--cache-location', join(root, '.cache', name)] : []);
  return [
    ['types', bin('typescript/bin/tsc'), '--noEmit'],
    ['lint', bin('eslint/bin/eslint.js'), '.', ...cache('eslint')],
    ['structure', join(root, 'scripts/structure.mjs')],
    ['unused', bin('knip/bin/knip.js')],
    ['format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.', ...cache('prettier')],
  ];
};

async function allChecks(fast) {
  const counts = [];
  for (const one of checksOf(fast)) counts.push(await check(...one));
  return add(counts);
}

/** scripts/test/LANE.cjs chooses among the test files. */
async function jest(lane, args) {
  const folder = mkdtempSync(join(tmpdir(), 'handover-jest-'));
  const file = join(folder, 'report.json');
  const ours = {
    outputFile: file,
    filter: join(root, 'scripts/test', `${lane}.cjs`),
    reporters: join(root, 'scripts/test/reporter.cjs'),
    maxWorkers: 1,
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

/** One after the other, until the run is ended from outside. */
async function inOrder(...parts) {
  const counts = [];
  for (const part of parts) if (process.exitCode === undefined) counts.push(await part());
  return add(counts);
}

async function main() {
  const args = process.argv.slice(2);
  const fast = args.includes('--fast');
  const forJest = args.filter((arg) => arg !== '--fast');
  const checks = () => allChecks(fast);
  const lane = (name) => () => jest(name, forJest);
  // Tracks side by side, about as long as one another on two cores. The lab waits most of its time, so it is begun as soon as it can be.
  const tracks = fast
    ? [[checks], [lane('daily')]]
    : [
        [lane('daily'), lane('lab')],
        [lane('workflows'), lane('long')],
        [checks, lane('servers')],
      ];
  const sum = add(await Promise.all(tracks.map((track) => inOrder(...track))));
  console.log(lastLine(sum));
  process.exitCode ??= sum.failed > 0 ? 1 : 0;
}

await main();
