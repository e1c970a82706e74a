// Runs the contract tests of a DNS zone against a vendor's real API, in a zone without other use: npm run test:live -- dns/cloudflare
//   HANDOVER_LIVE_ZONE_FILE  YAML file with dns.provider and dns.authoritative of that zone
//   --yes            run it; without this option the plan is only printed
//   --remove LABEL   remove the records that a killed run has left
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announcement, KINDS, LIMIT, NotReady, planOf } from './live/plan.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const known = KINDS.map((kind) => `dns/${kind}`);

function argumentsOf(args) {
  const options = { yes: { type: 'boolean', default: false }, remove: { type: 'string' } };
  const { values, positionals } = parsed({ args, options, allowPositionals: true });
  const [what] = positionals;
  if (positionals.length !== 1 || !known.includes(what))
    throw new NotReady(`Name one of ${known.join(', ')}; for example npm run test:live -- ${known[0]}`);
  const { yes, remove } = values;
  if (remove !== undefined && !/^handover-live-[0-9a-f]{8}$/.test(remove))
    throw new NotReady('--remove must be the label of an earlier run; for example --remove handover-live-0a1b2c3d');
  return { kind: what.slice('dns/'.length), yes, remove };
}

function parsed(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new NotReady(error.message);
  }
}

function zoneFile() {
  const path = process.env.HANDOVER_LIVE_ZONE_FILE;
  if (!path)
    throw new NotReady('HANDOVER_LIVE_ZONE_FILE is not set; for example HANDOVER_LIVE_ZONE_FILE=throwaway.yaml');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new NotReady(`HANDOVER_LIVE_ZONE_FILE: ${path} can't be read (${error.code}); name a YAML file`);
  }
}

let interrupted = false;
let running;
// The suite has its own process group, so that Ctrl-C is handled here and the created records can still be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill('SIGKILL');
  });
}

/** Resolves to whether all tests passed. */
function suite(plan, limit) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const chosen = ['--runTestsByPath', 'test/live/dns.live.ts', '--testMatch', '**/*.live.ts'];
  return new Promise((done) => {
    const env = { ...process.env, HANDOVER_LIVE_PLAN: JSON.stringify(plan) };
    const options = { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true };
    running = spawn(process.execPath, [jest, ...chosen, '--runInBand', `--testTimeout=${LIMIT.remove}`], options);
    const child = running;
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.on('close', (code) => {
      clearTimeout(timer);
      done(code === 0);
    });
  });
}

async function main() {
  const { kind, yes, remove } = argumentsOf(process.argv.slice(2));
  const label = remove ?? `handover-live-${randomBytes(4).toString('hex')}`;
  const plan = planOf(kind, zoneFile(), label);
  console.log(announcement(plan, remove !== undefined).join('\n'));
  if (!yes) {
    console.log('Nothing has been sent. Add --yes to run it.');
    return true;
  }
  const passed = remove === undefined && (await suite({ ...plan, removeOnly: false }, LIMIT.run));
  if (passed) return true;
  if (remove === undefined) console.log('The run failed; the records it left are removed now.');
  const removed = await suite({ ...plan, removeOnly: true }, LIMIT.remove);
  if (!removed)
    console.log(`Records may be left; remove them with: npm run test:live -- dns/${kind} --remove ${label} --yes`);
  return removed && remove !== undefined;
}

try {
  if (!(await main())) process.exitCode = interrupted ? 130 : 1;
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
