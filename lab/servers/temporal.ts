import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { attributeNames } from '../../src/contract/search-attributes';
import type { ProcessSpec } from '../control/process';

export const temporalPort = 7233;
export const temporalUiPort = 8233;

const searchAttributes = Object.values(attributeNames);

/**
 * The Temporal CLI, which contains the dev server: TEMPORAL_CLI_PATH, `temporal` on PATH, or the checkout's cache.
 * @throws Error that names where it looked
 */
export function findTemporal(checkout: string): string {
  const named = process.env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return resolve(named);
    throw new Error(`TEMPORAL_CLI_PATH is ${named}, but there is no such file`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = [...folders, join(checkout, '.cache/temporal')].map((folder) => join(folder, 'temporal'));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error('no Temporal CLI found on PATH or in .cache/temporal: run `npm run setup`');
}

/**
 * Temporal's dev server with its Web UI, in `world`; its histories stay in `.lab/temporal.db` after the lab. It is bound to every address,
 * because its parts listen on the address given here but call each other on 127.0.0.1 (CLI 1.9.1, seen 2026-11).
 */
export function temporalServer(executable: string): ProcessSpec {
  return {
    name: 'temporal',
    place: 'world',
    view: 'lab',
    command: executable,
    args: [
      ...['server', 'start-dev', '--ip', '0.0.0.0', '--port', String(temporalPort)],
      ...['--ui-port', String(temporalUiPort), '--db-filename', '/mnt/temporal.db', '--log-level', 'error'],
      ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
      ...fasterCommitsAndTimers,
    ],
    listens: [{ tcp: temporalPort }, { tcp: temporalUiPort }],
    stop: { signal: 'SIGTERM', timeout: 5000 },
  };
}

/**
 * SQLite in WAL mode keeps every commit through a crash of the process without a sync per commit. Without the dynamic
 * configuration a timer is rounded up to the end of the timer queue's look-ahead, one second by default.
 */
const fasterCommitsAndTimers = [
  ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
  ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="20ms"'],
];
