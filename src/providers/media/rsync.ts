import { z } from 'zod';
import { path, text } from '../../fields/fields';
import type { MediaCopy, MediaDifference } from '../../ports/media';
import { PortError } from '../../ports/errors';
import type { Media } from '../../ports/ports';
import { quoted } from '../host/shell';
import { listWanted, wantedPaths } from './difference';
import { erasedSince, noteMirrored } from './erasures';
import { defineMedia } from './kind';
import {
  erasedList,
  gonePaths,
  missingList,
  ownFile,
  ownFolder,
  refuseUnlessCopied,
  rsyncFrom,
  type RsyncOptions,
} from './rsync-command';

/** Each file is renamed into place as soon as it is complete, so that the shop never serves half a file. A broken one is gone on with. */
const copying = '-a --partial-dir=.rsync-partial --no-human-readable --info=progress2,stats2';
const kept = { mirror: '', merge: '--update' } as const;

/** Uploads kept in step by rsync over ssh, pulled by the region that needs them. */
export function rsync(options: RsyncOptions): Media {
  const { host } = options;
  return {
    pullFrom: async (from, { how, byContent = false, onProgress, ...work }) => {
      const erased = how === 'merge' ? await erasedSince(options, from, work.timeoutMs) : 0;
      const pull = async (more: string, after = '') => {
        const flags = `${copying} ${kept[how]} ${more} ${erased === 0 ? '' : await wanted(options, from, more, work.timeoutMs)}`;
        const command = rsyncFrom(options, from, flags, work.timeoutMs);
        const result = await host.run(`${command}${after}`, {
          ...work,
          ...(onProgress && { onProgress: figures(onProgress) }),
        });
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
    missingFrom: (from, { how, timeoutMs }) => missingFrom(options, from, how, timeoutMs),
  };
}

const folderOf = ({ path }: RsyncOptions) => `${path.replace(/\/*$/, '')}/${ownFolder}`;

/** Lists what a merge is to copy, where some paths were erased here, and gives the flags to copy just that. */
async function wanted(options: RsyncOptions, from: string, more: string, timeoutMs: number): Promise<string> {
  const without = ownFile(gonePaths(from));
  // What begins with a full stop differs in no content. A folder in a list, which ends in a slash, would bring all that is in it; those of files come along.
  await listWanted(options, from, { flags: `${kept.merge} ${more}`, lines: '!/^(\\.|cd)/', without, timeoutMs });
  return `--ignore-missing-args --from0 --files-from=${quoted(`${folderOf(options)}/${wantedPaths}`)}`;
}

async function missingFrom(
  options: RsyncOptions,
  from: string,
  how: MediaCopy,
  timeoutMs: number,
): Promise<MediaDifference> {
  const erased = how === 'merge' ? await erasedSince(options, from, timeoutMs) : 0;
  const without = how === 'merge' ? ownFile(gonePaths(from)) : '/dev/null';
  const shown = missingList(from);
  // Only a file whose content differs begins so.
  const count = await listWanted(options, from, {
    flags: `-c ${kept[how]}`,
    lines: '/^>f/',
    without,
    shown,
    timeoutMs,
  });
  const listIn = (name: string) => `${folderOf(options)}/${name}`;
  return {
    missing: { count, list: listIn(shown) },
    erased: { count: erased, list: listIn(erasedList(from)) },
  };
}

/** Its complaints name files, and what is told here goes into a history. */
const figures =
  (onProgress: (line: string) => void) =>
  (line: string): void => {
    if (/^\s*[\d,.]+\s+\d+%/.test(line)) onProgress(line);
  };

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
