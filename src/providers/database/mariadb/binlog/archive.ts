import { PortError } from '../../../../ports/errors';
import { mariadbPositions } from '../positions';
import { peerCommand, peerOf, peerShell } from '../../../host/peer';
import { quoted } from '../../../host/shell';
import type { BinlogFile, Binlogs, JobOptions } from '../../../../ports/rejoin';
import { meaningOf } from '../../wire/failures';
import { types } from './event-types';
import { eventsOf, positionIn, type BinlogEvent } from './events';
import { logEnd, ownLogs, requirePresent } from './own-logs';
import { answerMs, failed, lines, plainName, type BinlogOptions } from './remote';
import { noRoom, roomFor, withoutRoom } from './room';
import { behind, replay } from './tail';
import { transactionsOf, type Reading } from './transactions';

/** One answer over ssh holds so many bytes of a log; it arrives as base64. */
const pieceBytes = 4 * 1024 * 1024;
/** Enough for the first events of a log, with a long list of servers. */
const headBytes = 64 * 1024;

/** Binary logs as files over ssh: they can be read while their server is down, and without telling it anything. */
export function binlogArchive(options: BinlogOptions): Binlogs {
  const keep: Keep = (folder) => `${options.workDirectory}/${plainName(folder)}`;
  return {
    own: async (known) => {
      const { names, absent } = await ownLogs(options);
      const needed = names.slice(await firstNeeded(options, names, known));
      requirePresent(options, needed, absent);
      return sums(options, options.binlogDirectory, needed);
    },
    end: () => logEnd(options, (name) => piece(options, `${options.binlogDirectory}/${name}`, 0, headBytes)),
    kept: (folder) => kept(options, keep(folder)),
    pull: async (from, names, folder, work) => {
      const peer = peerOf(options.peers, options.region, from);
      const host = peer.address.includes(':') ? `[${peer.address}]` : peer.address;
      const sources = names.map((name) => quoted(`${peer.user}@${host}:${peer.binlogDirectory}/${plainName(name)}`));
      const copy = `rsync -a --partial --timeout=15 --no-human-readable --info=progress2 -e ${quoted(peerShell(options, peer))} ${sources.join(' ')} .`;
      const made = `mkdir -p -m 700 ${quoted(keep(folder))} && cd ${quoted(keep(folder))}`;
      const sizes = `cd ${quoted(peer.binlogDirectory)} && du -cm ${names.map(plainName).join(' ')}`;
      const script = `${made} || exit 1\n${roomFor(peerCommand(options, peer, sizes))}\nLC_ALL=C ${copy}`;
      const { code, stderr } = await options.host.run(script, work);
      if (code === noRoom) throw withoutRoom(options, stderr.trim(), `${from}'s binary logs`);
      if (code !== 0) throw failed(options, `copy the binary logs of ${from}`, code, stderr);
    },
    ...tailOf(options, keep),
    async *ownTransactions(position, work) {
      const { names, absent } = await ownLogs(options);
      const needed = names.slice(await firstNeeded(options, names, position));
      requirePresent(options, needed, absent);
      await requireReaching(options, needed[0] ?? '', position);
      yield* read(options, options.binlogDirectory, needed, work);
    },
    async *transactions(folder, work) {
      const { stdout } = await options.host.run(`ls -1 ${quoted(keep(folder))} | sort -V`, { timeoutMs: answerMs });
      yield* read(options, keep(folder), lines(stdout), work, true);
    },
  };
}

async function kept(options: BinlogOptions, folder: string): Promise<BinlogFile[]> {
  const listing = `cd ${quoted(folder)} 2>/dev/null || exit 0; ls -1 | sort -V`;
  const { stdout } = await options.host.run(listing, { timeoutMs: answerMs });
  return sums(options, folder, lines(stdout));
}

type Work = Parameters<Binlogs['transactions']>[1];

/** The transactions in these files, in their order; with `toEnd` they are a whole log, which is no longer written. */
async function* read(options: BinlogOptions, folder: string, names: readonly string[], work: Work, toEnd = false) {
  const { schema, alike = false, region } = options;
  const prepared: Reading['prepared'] = new Map();
  for (const name of names) {
    work.onProgress?.(`reading ${name}`);
    const file = { path: `${folder}/${plainName(name)}`, region };
    const isEnd = toEnd && name === names.at(-1);
    yield* transactionsOf(eventsOf(file, piecesOf(options, file.path, work.signal)), {
      ...work,
      schema,
      alike,
      isEnd,
      prepared,
    });
  }
}

type Keep = (folder: string) => string;

const tailOf = (options: BinlogOptions, keep: Keep): Pick<Binlogs, 'behind' | 'replay'> => ({
  behind: async (folder, position) => {
    const { code, stdout, stderr } = await inBash(options, behind(keep(folder), position), { timeoutMs: answerMs });
    if (code !== 0 && !endsThere(stderr)) throw failed(options, `read ${folder}`, code, stderr);
    const [count, last = ''] = stdout.trim().split(' ');
    return { transactions: Number(count), last };
  },
  replay: async (folder, position, work) => {
    const { code, stderr } = await inBash(options, replay(keep(folder), position, options.databaseSocket), work);
    if (code !== 0) throw failed(options, `apply ${folder}`, code, withoutRows(stderr));
  },
});

/** `mariadb` repeats the statement that failed, and a statement of a log is made of rows; its number, and what `mariadb-binlog` says of a file, are not. */
function withoutRows(said: string): string {
  const errno = /^ERROR (\d+) \(/m.exec(said)?.[1];
  if (errno !== undefined) return `${meaningOf(Number(errno))} (error ${errno})`;
  return /^ERROR: .*/m.exec(said)?.[0] ?? 'it said nothing that names no row';
}

/** Since a pipe fails only there when its first part does. */
const inBash = ({ host }: BinlogOptions, script: string, work: JobOptions) =>
  host.run(`bash -c ${quoted(script)}`, work);

/** `mariadb-binlog` treats it as an error when no transaction follows the position; its message is then this one line. */
const endsThere = (said: string): boolean =>
  /^ERROR: Binary logs never reached expected GTID state of [\d,-]+$/.test(said.trim());

/**
 * Index of the file with the last transaction of the newest history that is known as a whole; the oldest when there is none, since the
 * rest may be known all the same. Every restart begins a new file, so several may be empty: the known transactions are in a file before them.
 */
async function firstNeeded(options: BinlogOptions, names: readonly string[], known: string): Promise<number> {
  const { contains, equal } = mariadbPositions;
  let shared = '';
  for (let index = names.length - 1; index > 0; index -= 1) {
    const before = await positionAtHead(options, names[index] ?? '');
    if (shared !== '' && !equal(before, shared)) return index;
    if (before !== '' && contains(known, before)) shared = before;
  }
  return 0;
}

/** @throws PortError(absent) where transactions behind `position` may stand in a file that is gone */
async function requireReaching(options: BinlogOptions, name: string, position: string): Promise<void> {
  const before = await positionAtHead(options, name);
  if (reaches(before, position)) return;
  throw new PortError('absent', `${options.region}'s own binary logs begin at ${before}, which is behind ${position}.`);
}

/** Numbers of a stream rise, whichever server wrote them. */
function reaches(head: string, position: string): boolean {
  const { places } = mariadbPositions;
  const last = new Map(places(position).map(({ stream, number }) => [stream, number]));
  return places(head).every(({ stream, number }) => number <= (last.get(stream) ?? number));
}

/** The position at which the file begins; empty where it doesn't say. */
async function positionAtHead(options: BinlogOptions, name: string): Promise<string> {
  const path = `${options.binlogDirectory}/${name}`;
  const head = async function* () {
    yield await piece(options, path, 0, headBytes);
  };
  for await (const event of eventsOf({ path, region: options.region }, head()))
    if (isList(event)) return positionIn(event);
  return '';
}

const isList = ({ type }: BinlogEvent) => type === types.gtidList;

async function sums(options: BinlogOptions, directory: string, names: readonly string[]): Promise<BinlogFile[]> {
  if (names.length === 0) return [];
  const list = names.map((name) => quoted(plainName(name))).join(' ');
  const script = `cd ${quoted(directory)} && for f in ${list}; do echo "$(stat -c %s "$f") $(sha256sum < "$f" | cut -d' ' -f1) $f"; done`;
  const { code, stdout, stderr } = await options.host.run(script, { timeoutMs: answerMs * 10 });
  if (code !== 0) throw failed(options, `compute the checksums of ${directory}`, code, stderr);
  return lines(stdout).map((line) => {
    const [bytes = '', sha256 = '', name = ''] = line.split(' ');
    return { name, bytes: Number(bytes), sha256 };
  });
}

async function* piecesOf(options: BinlogOptions, path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for (let offset = 0; ; offset += pieceBytes) {
    const bytes = await piece(options, path, offset, pieceBytes, signal);
    if (bytes.length > 0) yield bytes;
    if (bytes.length < pieceBytes) return;
  }
}

async function piece(options: BinlogOptions, path: string, offset: number, bytes: number, signal?: AbortSignal) {
  const script = `tail -c +${offset + 1} ${quoted(path)} | head -c ${bytes} | base64 -w0`;
  const given = { timeoutMs: answerMs, ...(signal ? { signal } : {}) };
  const { code, stdout, stderr } = await options.host.run(script, given);
  if (code !== 0) throw failed(options, `read ${path}`, code, stderr);
  return Buffer.from(stdout, 'base64');
}
