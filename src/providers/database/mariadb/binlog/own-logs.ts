/**
 * A server's own binary logs: which files there are, and how the server left them. Seen with MariaDB 10.11.14 on 2026-11-30, and in `close` and
 * `do_binlog_recovery` of its `sql/log.cc`: a server that is stopped writes BASE.state, with the last transaction of each server in each domain,
 * and only then clears the bit "in use" of its last log; the next start deletes BASE.state and begins another log. A log that was open in a
 * crash keeps the bit.
 */
import { PortError } from '../../../../ports/errors';
import type { LogEnd } from '../../../../ports/rejoin';
import { quoted } from '../../../host/shell';
import { beginningOf, headBytes, headerOf } from './events';
import { answerMs, failed, lines, plainName, type BinlogOptions } from './remote';
import { noLogs } from './tail';

export interface OwnLogs {
  /** In the order of the server's own index. */
  names: string[];
  /** Those of them that are not in the directory. */
  absent: ReadonlySet<string>;
}

const byHand = 'Recover it by hand: see "A log that cannot be read" in docs/operating.md.';

/**
 * The directory may also hold an index of relay logs, or one of a former `log_bin`. Files are listed before the indexes, which name a file as
 * soon as it has been begun. Behind the names in an index comes the beginning of the last one that is there.
 */
const listing = (directory: string) => `cd ${quoted(directory)} || exit ${noLogs}
ls -1 | sed 's/^/file /'
for index in *.index; do
  case "$index" in *relay*|'*.index') continue ;; esac
  echo "index $index"; last=
  while read -r path || [ -n "$path" ]; do
    echo "log $path"
    [ ! -e "\${path##*/}" ] || last=\${path##*/}
  done <"$index"
  [ -z "$last" ] || echo "head $(head -c ${headBytes} "$last" | base64 -w0)"
done`;

/** One index and the logs in it. */
interface Indexed {
  index: string;
  names: string[];
  /** When its last log was begun, in seconds since the epoch; 0 where none of its logs is there. */
  begunAt: number;
  isRelay: boolean;
}

function indexesIn(stdout: string): Indexed[] {
  const all: Indexed[] = [];
  for (const line of lines(stdout)) {
    const [, kind, value = ''] = /^(index|log|head) (.*)$/.exec(line) ?? [];
    const last = all.at(-1);
    if (kind === 'index') all.push({ index: value, names: [], begunAt: 0, isRelay: false });
    else if (kind === 'log') last?.names.push(plainName(value.slice(value.lastIndexOf('/') + 1)));
    else if (kind === 'head' && last) Object.assign(last, beginningOf(Buffer.from(value, 'base64')));
  }
  return all.filter(({ names, isRelay }) => names.length > 0 && !isRelay);
}

/**
 * The one under which a log was begun last: a server that was given another `log_bin` begins no log of the former name again.
 * @throws PortError(refused) where that is none or several
 */
function ownIn(all: readonly Indexed[], { region, binlogDirectory }: BinlogOptions): string[] {
  const youngest = Math.max(0, ...all.map(({ begunAt }) => begunAt));
  const [own, other] = all.length === 1 ? all : all.filter(({ begunAt }) => begunAt === youngest);
  if (own === undefined)
    throw new PortError('absent', `${region}'s host has no index of binary logs in ${binlogDirectory}.`);
  if (other === undefined) return own.names;
  throw new PortError(
    'refused',
    `${region}'s host has ${own.index} and ${other.index} in ${binlogDirectory}, and the last logs of both were begun at the same time, so it is unknown which ones its server writes. Move the files of the former log_bin to another directory.`,
  );
}

/** @throws PortError(refused) when the directory holds a later log than the index names; absent when there is no index */
export async function ownLogs(options: BinlogOptions): Promise<OwnLogs> {
  const logs = await look(options);
  // A server that begins or removes a log meanwhile is in between for a moment.
  const sure = logs.unnamed.length === 0 && logs.absent.size === 0 ? logs : await look(options, 'sleep 1\n');
  const [unnamed] = sure.unnamed;
  if (unnamed === undefined) return sure;
  throw new PortError(
    'refused',
    `${options.region}'s host has ${unnamed} in ${options.binlogDirectory}, and ${baseOf(unnamed)}.index does not name it, so an end of the logs may be missing. ${byHand}`,
  );
}

async function look(options: BinlogOptions, before = ''): Promise<OwnLogs & { unnamed: string[] }> {
  const { binlogDirectory, host } = options;
  const { code, stdout, stderr } = await host.run(before + listing(binlogDirectory), { timeoutMs: answerMs });
  if (code !== 0) throw failed(options, `list its binary logs`, code, stderr);
  const files = new Set(lines(stdout).flatMap((line) => (line.startsWith('file ') ? [line.slice(5)] : [])));
  const names = ownIn(indexesIn(stdout), options);
  const [first = ''] = names;
  const bases = new Set(names.map(baseOf));
  // An earlier one may be left of a removal that was cut off.
  const isLater = (name: string) => bases.has(baseOf(name)) && numberOf(name) > numberOf(first);
  const unnamed = [...files].filter((name) => isNumbered(name) && isLater(name) && !names.includes(name));
  return { names, absent: new Set(names.filter((name) => !files.has(name))), unnamed };
}

const isNumbered = (name: string) => /\.\d{6,}$/.test(name);
const baseOf = (name: string): string => name.replace(/\.\d+$/, '');
const numberOf = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);

/** @throws PortError(refused) for the first of `needed` that is not in the directory */
export function requirePresent(
  { region, binlogDirectory }: BinlogOptions,
  needed: readonly string[],
  absent: OwnLogs['absent'],
): void {
  const gone = needed.find((name) => absent.has(name));
  if (gone === undefined) return;
  throw new PortError(
    'refused',
    `${baseOf(gone)}.index in ${binlogDirectory} on ${region}'s host names ${gone}, and that file is not there, so an end of the logs may be missing. ${byHand}`,
  );
}

/** `headOf` reads the first bytes of a log. */
export async function logEnd(options: BinlogOptions, headOf: (name: string) => Promise<Buffer>): Promise<LogEnd> {
  const { names, absent } = await ownLogs(options);
  const last = names.at(-1) ?? '';
  requirePresent(options, [last], absent);
  const state = `${baseOf(last)}.state`;
  const script = `cd ${quoted(options.binlogDirectory)} || exit ${noLogs}; [ ! -e ${quoted(state)} ] || { echo state; cat ${quoted(state)}; }`;
  const { code, stdout, stderr } = await options.host.run(script, { timeoutMs: answerMs });
  if (code !== 0) throw failed(options, `read ${state}`, code, stderr);
  const [isThere, ...places] = lines(stdout);
  if (isThere !== undefined) return { left: 'closed', position: places.join(','), because: state };
  const header = headerOf({ path: `${options.binlogDirectory}/${last}`, region: options.region }, await headOf(last));
  return header.inUse
    ? { left: 'open', writer: header.server, because: `${last} was left open` }
    : { left: 'unknown', because: `${last} was closed, and there is no ${state}` };
}
