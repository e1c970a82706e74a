import { z } from 'zod';
import type { FailureKind } from '../../domain/failure';
import { path } from '../../fields/fields';
import { PortError } from '../../ports/errors';
import type { CommandResult, Host, Media } from '../../ports/ports';
import type { Peer } from '../host/peer';
import { quoted } from '../host/shell';
import { defineMedia } from './kind';

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
}

/** So many differing paths tell a person enough; the rest is only counted by the next run. */
const shownPaths = 1_000;
/** Seconds without a byte, after which rsync itself gives up. */
const silence = 15;

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

/** Uploads kept in step by rsync over ssh, pulled by the region that needs them. */
export function rsync(options: RsyncOptions): Media {
  return {
    pullFrom: async (from, given) => {
      // Renamed into place at the end, so that the shop never serves half a file; what is newer here stays.
      const flags =
        '-a --update --partial-dir=.rsync-partial --delay-updates --no-human-readable --info=progress2,stats2';
      const result = await options.host.run(command(options, from, flags), given);
      refuseUnlessWell(options, from, result.code, result);
      const copied = /Number of regular files transferred: (\d+)/.exec(result.stdout)?.[1];
      if (copied !== undefined) return { copied: Number(copied) };
      throw new PortError('garbage', `${options.region} copied uploads from ${from}, but rsync did not say how many.`);
    },
    missingFrom: async (from, timeoutMs) => {
      // Only a file whose content differs begins with ">f"; the exit code travels in a line of its own, because the pipe hides it.
      const list = command(options, from, '-anc --itemize-changes');
      const capped = `{ ${list}; echo "exit $?"; } | awk '/^exit /{print;next} /^>f/&&n++<${shownPaths}'`;
      const result = await options.host.run(capped, { timeoutMs });
      const lines = result.stdout.split('\n').filter(Boolean);
      const code = Number(/^exit (\d+)$/.exec(lines.pop() ?? '')?.[1] ?? 20);
      refuseUnlessWell(options, from, code, result);
      return lines.map((line) => line.slice(line.indexOf(' ') + 1));
    },
  };
}

function command({ region, path, peerKey, peerKnownHosts, peers }: RsyncOptions, from: string, flags: string): string {
  const peer = peers[from];
  if (peer === undefined) {
    const known = Object.keys(peers).join(', ');
    throw new PortError(
      'refused',
      `${region} knows no region ${JSON.stringify(from)} to copy uploads from; it knows ${known}.`,
    );
  }
  const login = `ssh -i ${quoted(peerKey)} -p ${peer.port} -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${quoted(peerKnownHosts)} -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=5 -o ServerAliveInterval=5 -o ServerAliveCountMax=3`;
  const host = peer.address.includes(':') ? `[${peer.address}]` : peer.address;
  const source = `${peer.user}@${host}:${peer.path.replace(/\/*$/, '/')}`;
  const common = `--protect-args --8-bit-output --timeout=${silence} --exclude='.~tmp~/' --exclude='.rsync-partial/' -e ${quoted(login)}`;
  return `LC_ALL=C rsync ${flags} ${common} ${quoted(source)} ${quoted(path.replace(/\/*$/, '/'))}`;
}

function refuseUnlessWell({ region }: RsyncOptions, from: string, code: number, { stderr }: CommandResult): void {
  if (code === 0 || code === vanished) return;
  const denied = /Host key verification failed|Permission denied \(|REMOTE HOST IDENTIFICATION HAS CHANGED/.test(
    stderr,
  );
  const said = stderr.trim().split('\n').slice(-4).join(' ');
  const because = `${region} was to copy uploads from ${from}, but rsync ended with code ${code}: ${said}`;
  throw new PortError(denied ? 'denied' : (kinds[code] ?? 'refused'), because);
}

export const rsyncMedia = defineMedia({
  title: 'rsync',
  options: z.strictObject({
    kind: z.literal('rsync'),
    path: path('/var/www/uploads'),
    peerKey: path('/etc/ssh/id_ed25519'),
    peerKnownHosts: path('/etc/ssh/known_hosts'),
  }),
  peerAccess: ({ peerKey, peerKnownHosts }) => ({ peerKey, peerKnownHosts }),
  connect: (options, { region, host, peers }) => {
    const folders = Object.entries(peers).map(
      ([name, peer]) => [name, { ...peer.host, path: peer.options.path }] as const,
    );
    const made = rsync({ ...options, region, host, peers: Object.fromEntries(folders) });
    return Promise.resolve({ ...made, close: () => undefined });
  },
});
