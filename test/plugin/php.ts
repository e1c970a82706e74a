/** Runs PHP with the plugin's classes at hand, outside WordPress. */
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const plugin = join(__dirname, '../../plugin');
const loader = `require '${plugin}/includes/autoload.php';`;

/** A value as a PHP literal. */
export const literal = (value: unknown): string =>
  `json_decode('${JSON.stringify(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}', true)`;

/** What `code` prints. */
export async function php(code: string, env: Record<string, string> = {}): Promise<string> {
  const options = { env: { PATH: process.env['PATH'] ?? '', ...env } };
  const { stdout } = await run('php', ['-d', 'display_errors=stderr', '-r', `${loader} ${code}`], options);
  return stdout;
}

/** The value of an expression. */
export const valueOf = async (expression: string, env?: Record<string, string>): Promise<unknown> =>
  JSON.parse(await php(`echo json_encode(${expression});`, env));

export interface RunningPhp {
  kill: () => Promise<void>;
}

/** PHP that goes on until it is killed; resolves when it has printed its first line. */
export async function phpThatStays(code: string): Promise<RunningPhp> {
  const child = spawn('php', ['-r', `${loader} ${code} echo "ready\\n"; sleep(600);`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
