/** The CLI with a Temporal that does not answer, and with a canary as its API key. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { patienceMs } from '../loopback/until';
import { checkout } from '../loopback/zone-servers';
import { canariesOf, type Canary } from './canaries';
import type { Outputs } from './outputs';

const apiKey = 'cnry/temporal-api-key+Zq7=';

/** Each of these connects to Temporal first. They run from `dist`. */
const commands = [
  ['status', 'lab'],
  ['transfer', 'lab', '--to', 'B', '--because', 'searched for credentials'],
  ['report', 'lab', '--of', 'transfer'],
];

export async function driveCli(outputs: Outputs): Promise<Canary[]> {
  await Promise.all(commands.map((words) => runCommand(outputs, words)));
  return canariesOf('the API key of Temporal', apiKey);
}

function runCommand(outputs: Outputs, words: string[]): Promise<void> {
  const program = join(checkout, 'dist/src/starters/cli.js');
  const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: '127.0.0.1:9', TEMPORAL_API_KEY: apiKey };
  const from = `handover ${words[0] ?? ''}`;
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [program, ...words],
      { env, cwd: checkout, timeout: patienceMs },
      (_error, stdout, stderr) => {
        if (stderr === '') fail(new Error(`${from} failed without an error message, or did not fail`));
        outputs.add(`${from}: standard output`, stdout);
        outputs.add(`${from}: standard error`, stderr);
        done();
      },
    );
  });
}
