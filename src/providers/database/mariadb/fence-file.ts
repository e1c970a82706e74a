/**
 * An option file on the server's host that keeps a fence through a restart. It stands from the fence until the region is made writable, so that
 * only a server that was fenced comes back read-only by it.
 */
import { dirname } from 'node:path';
import { PortError } from '../../../ports/errors';
import type { FenceFile, Host } from '../../../ports/ports';
import { quoted } from '../../host/shell';
import { isOn, optionsIn, startOptions } from './start-options';

export interface FenceFileOptions {
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

/** Whole or not at all: the server reads names that end in .cnf, and one that others may write it ignores. */
export async function write(options: FenceFileOptions): Promise<void> {
  const [path, next] = [quoted(options.path), quoted(`${options.path}.new`)];
  const content = lines.map(quoted).join(' ');
  await run(options, `umask 022; printf '%s\\n' ${content} >${next} && sync ${next} && mv ${next} ${path}`);
}

export async function remove(options: FenceFileOptions): Promise<void> {
  await run(options, `rm -f ${quoted(options.path)} && sync ${quoted(dirname(options.path))}`);
}

/** Without `pidFile`, of a server that does not answer, how it starts is not told. */
export async function read(options: FenceFileOptions, pidFile: string | undefined): Promise<FenceFile> {
  const starts = pidFile === undefined ? '' : `(${startOptions(pidFile)}\n) 2>/dev/null && echo told`;
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
  throw new PortError('unavailable', `The host of ${region} could not change ${path} (database.fenceFile): ${said}.`);
}
