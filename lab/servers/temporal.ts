import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { ProcessSpec } from '../control/process';

export const temporalPort = 7233;
export const temporalUiPort = 8233;

const searchAttributes = ['HandoverSite', 'HandoverKind', 'HandoverEnding'];

/**
 * The Temporal CLI, which holds the dev server: a path in TEMPORAL_CLI_PATH, `temporal` on PATH, the checkout's cache.
 * @throws Error that says where it looked
 */
export function findTemporal(checkout: string): string {
  const named = process.env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return resolve(named);
    throw new Error(`TEMPORAL_CLI_PATH says ${named}, where there is no file`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = [...folders, join(checkout, '.cache/temporal')].map((folder) => join(folder, 'temporal'));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error('there is no Temporal CLI on PATH or in .cache/temporal: run `npm run setup`');
}

/**
 * Temporal's dev server with its Web UI, in the world; its histories outlive the lab in `.lab/temporal.db`. Bound to every address of the
 * world: its parts listen on the address given here, but call each other on 127.0.0.1 (CLI 1.9.1, seen 2026-11).
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
      ...snappier,
    ],
    listens: [{ tcp: temporalPort }, { tcp: temporalUiPort }],
    stop: { signal: 'SIGTERM', patience: 5000 },
  };
}

/**
 * SQLite in WAL mode keeps every commit through a crash of the process without a sync a commit. A timer is otherwise
 * rounded up to the end of the timer queue's look-ahead, one second by default.
 */
const snappier = [
  ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
  ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="20ms"'],
];
