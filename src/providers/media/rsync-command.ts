/** The commands that a region's host runs to copy uploads from another's, and what their ends mean. */
import type { FailureKind } from '../../domain/failure';
import { PortError } from '../../ports/errors';
import type { CommandResult, Host } from '../../ports/ports';
import { peerOf, peerShell, type Peer } from '../host/peer';
import { quoted } from '../host/shell';

export interface RsyncOptions {
  /** Name of the region, for the sentences. */
  region: string;
  /** The host that pulls. */
  host: Host;
  /** Folder of uploads on that host. */
  path: string;
  /** Paths on that host: its private key for the peers, and their known_hosts. */
  peerKey: string;
  peerKnownHosts: string;
  /** The other regions, by name. */
  peers: Readonly<Record<string, Peer & { path: string }>>;
  /** Patterns of files that belong to one region alone, as rsync's `--exclude` takes them. */
  exclude: readonly string[];
}

/** What handover itself keeps among the uploads, with a folder for what is not complete yet; copied to no other region. */
export const ownFolder = '.handover';
const ownPatterns = [`/${ownFolder}/`, '.rsync-partial/', '.~tmp~/'];

/** rsync's exit codes (its manual page, "EXIT VALUES"), where they say that trying again may help; what is not listed is a refusal. */
const kinds: Readonly<Record<number, FailureKind>> = {
  10: 'unavailable',
  12: 'unavailable',
  20: 'unavailable',
  30: 'unavailable',
  35: 'unavailable',
  127: 'absent',
  255: 'unavailable',
};
/** Files that vanished while they were read: they were deleted, and deletions are not copied. */
const vanished = 24;
/** "Requested action not supported" and "Protocol incompatibility": what the peer's shell prints at login is the usual cause. */
const unclean = /is your shell clean/;

/**
 * rsync from the folder of `from`. It has no limit of silence but `timeoutMs`: it says nothing while it reads a large file. A dead peer is
 * noticed by ssh within 15 s. @throws PortError refused for an unknown region.
 */
export function rsyncFrom(options: RsyncOptions, from: string, flags: string, timeoutMs: number): string {
  const peer = peerOf(options.peers, options.region, from);
  const host = peer.address.includes(':') ? `[${peer.address}]` : peer.address;
  const source = `${peer.user}@${host}:${peer.path.replace(/\/*$/, '/')}`;
  const excluded = [...ownPatterns, ...options.exclude].map((pattern) => `--exclude=${quoted(pattern)}`).join(' ');
  const common = `--protect-args --8-bit-output --timeout=${Math.ceil(timeoutMs / 1_000)} ${excluded}`;
  const target = quoted(options.path.replace(/\/*$/, '/'));
  return `LC_ALL=C TZ=UTC rsync ${flags} ${common} -e ${quoted(peerShell(options, peer))} ${quoted(source)} ${target}`;
}

/** A file of handover's own, in `ownFolder`, as a word of a command that runs in the folder of uploads. */
export const ownFile = (name: string): string => quoted(`${ownFolder}/${name}`);
/** Sorted paths, each ended by NUL, that were erased here. */
export const gonePaths = (from: string): string => `gone-since-${from}`;
/** The paths of it, a line each. */
export const erasedList = (from: string): string => `erased-since-${from}`;
/** Paths, a line each, that were missing here when that was last looked at. */
export const missingList = (from: string): string => `missing-from-${from}`;

/** Turns paths that end in NUL into lines for a person; a line break within one becomes the byte 1. */
export const asLines = (paths: string, lines: string): string => `tr '\\0\\n' '\\n\\001' <${paths} >${lines}`;

/**
 * For awk: `tell` writes a path as rsync spells it, ended by NUL. Its `\#ooo`, for a control character and for a backslash before such digits,
 * becomes that byte.
 */
export const decoding = `function byte(digits) { return substr(digits, 1, 1) * 64 + substr(digits, 2, 1) * 8 + substr(digits, 3, 1) }
function tell(name, told) {
  while (match(name, /\\\\#[0-7][0-7][0-7]/)) {
    told = told substr(name, 1, RSTART - 1) sprintf("%c", byte(substr(name, RSTART + 2, 3)))
    name = substr(name, RSTART + RLENGTH)
  }
  printf "%s%s%c", told, name, 0
}`;

/** Who speaks of a file in quotes, or of none. rsync's other lines name a file without quotes. */
const quotable =
  /^(rsync( error|\(\d+\)|\[\d+\])?|ssh|(ba|da)?sh|find|sort|comm|stat|date|mkdir|mv|awk|sed): |^(Host key|Permission denied \(|Connection |Load key|Received disconnect|kex_|client_loop|@|protocol version)|Permission denied \(/;

/** What rsync, find or ssh said, without the paths of files: people name them after themselves. The folders of uploads stay. */
export function withoutNames({ path, peers }: RsyncOptions, said: string): string {
  const folders = [path, ...Object.values(peers).map((peer) => peer.path)].map((each) => each.replace(/\/*$/, ''));
  const isFolder = (name: string) => folders.includes(name.replace(/\/*$/, ''));
  return said
    .split('\n')
    .filter((line) => quotable.test(line))
    .map((line) => line.replace(/["'](.*)["']/, (whole, name: string) => (isFolder(name) ? whole : '(a file)')))
    .join('\n');
}

/** @throws PortError unless rsync ended well. */
export function refuseUnlessCopied(options: RsyncOptions, from: string, { code, stderr }: CommandResult): void {
  if (code === 0 || code === vanished) return;
  const { region } = options;
  const denied = /Host key verification failed|Permission denied \(|REMOTE HOST IDENTIFICATION HAS CHANGED/.test(
    stderr,
  );
  const hint = unclean.test(stderr)
    ? ` A login shell on ${from}'s host prints text; "ssh HOST true" must print nothing.`
    : '';
  const said = withoutNames(options, stderr.trim()).split('\n').slice(-4).join(' ');
  const because = `${region} could not copy uploads from ${from}: rsync ended with code ${code}: ${said}${hint}`;
  throw new PortError(denied ? 'denied' : (kinds[code] ?? 'refused'), because);
}
