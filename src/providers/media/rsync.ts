import { z } from 'zod';
import { path, text } from '../../fields/fields';
import { PortError } from '../../ports/errors';
import type { Media } from '../../ports/ports';
import { erasedSince, noteMirrored } from './erasures';
import { defineMedia } from './kind';
import { marked, outputOf, patternsOf, refuseUnlessCopied, rsyncFrom, type RsyncOptions } from './rsync-command';

/** So many differing paths tell a person enough; the rest is only counted by the next run. */
const shownPaths = 1_000;

/** Each file is renamed into place as soon as it is complete, so that the shop never serves half a file. A broken one is gone on with. */
const copying = '-a --partial-dir=.rsync-partial --no-human-readable --info=progress2,stats2';
const kept = { mirror: '', merge: '--update' } as const;
const excluding = '--from0 --exclude-from=-';

/** Uploads kept in step by rsync over ssh, pulled by the region that needs them. */
export function rsync(options: RsyncOptions): Media {
  const { host } = options;
  const erased = (from: string, how: 'mirror' | 'merge', timeoutMs: number) =>
    how === 'merge' ? erasedSince(options, from, timeoutMs) : Promise.resolve([]);
  return {
    pullFrom: async (from, { how, byContent = false, ...work }) => {
      const excluded = await erased(from, how, work.timeoutMs);
      const flags = `${copying} ${kept[how]} ${excluding}`;
      const given = { ...work, stdin: patternsOf(excluded) };
      const pull = async (more: string, after = '') => {
        const command = rsyncFrom(options, from, `${flags} ${more}`, work.timeoutMs);
        const result = await host.run(`${command}${after}`, given);
        refuseUnlessCopied(options, from, result);
        const copied = /Number of regular files transferred: (\d+)/.exec(result.stdout)?.[1];
        if (copied !== undefined) return Number(copied);
        throw new PortError('garbage', `rsync on ${options.region}'s host did not say how many files it copied.`);
      };
      const note = how === 'mirror' ? ` && { ${noteMirrored(options, from)} || true; }` : '';
      // By size and time first: that takes seconds, and reading all content may take long.
      const quick = await pull('', note);
      return { copied: byContent ? quick + (await pull('--checksum')) : quick };
    },
    missingFrom: async (from, { how, timeoutMs }) => {
      const excluded = await erased(from, how, timeoutMs);
      const flags = `-anc --itemize-changes ${kept[how]} ${excluding}`;
      // Only a file whose content differs begins with ">f"; the exit code travels in a line of its own, because the pipe hides it.
      const list = rsyncFrom(options, from, flags, timeoutMs);
      const capped = `{ ${list}; echo "exit $?"; } | awk '/^exit /{print;next} /^>f/&&n++<${shownPaths}'`;
      const result = await host.run(marked(capped), { timeoutMs, stdin: patternsOf(excluded) });
      const lines = outputOf(result).split('\n').filter(Boolean);
      const code = Number(/^exit (\d+)$/.exec(lines.pop() ?? '')?.[1] ?? 20);
      refuseUnlessCopied(options, from, { ...result, code });
      return { missing: lines.map((line) => line.slice(line.indexOf(' ') + 1)), erased: excluded };
    },
  };
}

/** Logs and caches of WooCommerce and WordPress, which each region writes for itself. */
const ofOneRegion = ['/wc-logs/', '/cache/'];
const isPattern = (value: string) => value.trim() !== '' && !/^[-+!;#] ?|[\0\n]/.test(value);

export const rsyncMedia = defineMedia({
  title: 'rsync',
  options: z.strictObject({
    kind: z.literal('rsync'),
    path: path('/var/www/uploads'),
    peerKey: path('/etc/ssh/id_ed25519'),
    peerKnownHosts: path('/etc/ssh/known_hosts'),
    /** Files that belong to one region alone. */
    exclude: z.array(text('a pattern as rsync takes it', '/wc-logs/', isPattern)).prefault(ofOneRegion),
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
