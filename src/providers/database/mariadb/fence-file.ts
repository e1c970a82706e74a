/**
 * An option file on the server's host that keeps a fence through a restart. It stands from the fence until the region is made writable, so that
 * only a server that was fenced comes back read-only by it. A server that started by it keeps its event scheduler off, on whatever data: so
 * what its own options say of the scheduler is done before the file goes.
 */
import { dirname } from 'node:path';
import { asClause } from '../../../domain/sentence';
import { PortError } from '../../../ports/errors';
import type { FenceFile, Host } from '../../../ports/ports';
import { quoted } from '../../host/shell';
import type { Connection } from '../wire/connection';
import type { MariaDbOptions } from './options';
import { pidFileOf } from './rows';
import { isOn, optionsIn, startOptions } from './start-options';
import { pidFile } from './statements';

interface FenceFileOptions {
  region: string;
  host: Host;
  path: string;
}

const limitMs = 2_000;
const lines = [
  '# Written while this region is fenced. handover removes it when it makes the database writable.',
  '[mariadbd]',
  'read_only = ON',
  'event_scheduler = OFF',
];

/** What the server reads of them. */
const ownOptions = ['--read_only=ON', '--event_scheduler=OFF'] as const;

/**
 * Whole or not at all: the server reads names that end in .cnf, and one that others may write it ignores. One that stands keeps its age, by which
 * `stoppedEvents` knows what the server started with.
 */
export async function write(options: FenceFileOptions): Promise<void> {
  const [path, next] = [quoted(options.path), quoted(`${options.path}.new`)];
  const content = lines.map(quoted).join(' ');
  await run(
    options,
    `umask 022; printf '%s\\n' ${content} >${next} && if cmp -s ${next} ${path}; then rm ${next}; else sync ${next} && mv ${next} ${path}; fi`,
  );
}

/**
 * Of a server that was made writable. `found` tells whether the file went; a host that does not answer must not keep a region closed. The file
 * goes last: cut off before, a repetition starts the scheduler too.
 */
export async function lift({ fenceFile, region }: MariaDbOptions, line: Connection): Promise<void> {
  if (fenceFile === undefined) return;
  const options = { ...fenceFile, region };
  const lifting = async () => {
    if (await stoppedEvents(options, await pidFileThrough(line)))
      await line.ask('start its event scheduler', 'SET GLOBAL event_scheduler = ON');
    await remove(options);
  };
  await lifting().catch(() => undefined);
}

/** Undefined where the site names no file. */
export async function found({ fenceFile, region }: MariaDbOptions, line: Connection): Promise<FenceFile | undefined> {
  if (fenceFile === undefined) return undefined;
  return read({ ...fenceFile, region }, await pidFileThrough(line).catch(() => undefined));
}

const pidFileThrough = async (line: Connection): Promise<string> =>
  pidFileOf((await line.ask('tell its pid file', pidFile))[0]?.[0]);

/**
 * Whether the server's event scheduler is off by the file alone: it started while the file stood, and its other options start the scheduler.
 * False where its options can't be read.
 */
async function stoppedEvents(options: FenceFileOptions, pid: string): Promise<boolean> {
  const [path, server] = [quoted(options.path), quoted(pid)];
  const stdout = await run(
    options,
    `if [ -e ${path} ] && [ ${server} -nt ${path} ]; then (${startOptions(pid)}\n) 2>/dev/null; fi\ntrue`,
  );
  const others = withoutOwn(optionsIn(stdout)).map((option) => option.replace(/=disabled$/i, '=OFF'));
  return isOn(others, /^event_scheduler$/) === true;
}

function withoutOwn(options: readonly string[]): string[] {
  const at = options.findLastIndex((each, index) => each === ownOptions[0] && options[index + 1] === ownOptions[1]);
  return at < 0 ? [...options] : [...options.slice(0, at), ...options.slice(at + ownOptions.length)];
}

async function remove(options: FenceFileOptions): Promise<void> {
  await run(options, `rm -f ${quoted(options.path)} && sync ${quoted(dirname(options.path))}`);
}

/** Without `pid`, of a server that does not answer, how it starts is not told. */
async function read(options: FenceFileOptions, pid: string | undefined): Promise<FenceFile> {
  const starts = pid === undefined ? '' : `(${startOptions(pid)}\n) 2>/dev/null && echo told`;
  const stdout = await run(options, `[ -e ${quoted(options.path)} ] && echo stands\n${starts}\ntrue`);
  const said = stdout.split('\n');
  return {
    path: options.path,
    stands: said.includes('stands'),
    ...(said.includes('told') && { startsReadOnly: isOn(optionsIn(stdout), /^read_only$/) ?? false }),
  };
}

/** @throws PortError unavailable with what the host said */
async function run({ region, host, path }: FenceFileOptions, command: string): Promise<string> {
  const { code, stdout, stderr } = await host.run(command, { timeoutMs: limitMs });
  if (code === 0) return stdout;
  const said = stderr.trim().split('\n').at(-1) || `code ${code}`;
  throw new PortError(
    'unavailable',
    `The host of ${region} could not change ${path} (database.fenceFile): ${asClause(said)}.`,
  );
}
