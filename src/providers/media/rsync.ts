import { z } from 'zod';
import { path, text } from '../../fields/fields';
import type { MediaCopy, MediaDifference } from '../../ports/media';
import { PortError } from '../../ports/errors';
import type { Media } from '../../ports/ports';
import { quoted } from '../host/shell';
import { erasedSince, noteMirrored } from './erasures';
import { defineMedia } from './kind';
import {
  erasedList,
  excludedList,
  missingList,
  ownFile,
  ownFolder,
  refuseUnlessCopied,
  rsyncFrom,
  withoutNames,
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
      const { excluding } = await erasing(options, from, how, work.timeoutMs);
      const flags = `${copying} ${kept[how]} ${excluding}`;
      const pull = async (more: string, after = '') => {
        const command = rsyncFrom(options, from, `${flags} ${more}`, work.timeoutMs);
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

/** How many files a pull leaves out because they were erased here, and the flags for that. */
async function erasing(options: RsyncOptions, from: string, how: MediaCopy, timeoutMs: number) {
  if (how === 'mirror') return { erased: 0, excluding: '' };
  const erased = await erasedSince(options, from, timeoutMs);
  return { erased, excluding: `--from0 --exclude-from=${quoted(`${folderOf(options)}/${excludedList(from)}`)}` };
}

async function missingFrom(
  options: RsyncOptions,
  from: string,
  how: MediaCopy,
  timeoutMs: number,
): Promise<MediaDifference> {
  const folder = folderOf(options);
  const { erased, excluding } = await erasing(options, from, how, timeoutMs);
  const flags = `-anc --itemize-changes ${kept[how]} ${excluding}`;
  const command = listing(options, from, rsyncFrom(options, from, flags, timeoutMs));
  const result = await options.host.run(command, { timeoutMs });
  const [count = '', code = ''] = result.stdout.trim().split(' ');
  if (/^\d+$/.test(code)) refuseUnlessCopied(options, from, { ...result, code: Number(code) });
  if (result.code !== 0 || !/^\d+$/.test(count) || code === '')
    throw new PortError(
      'refused',
      `${options.region}'s host could not list what is missing in ${folder}: ${withoutNames(options, result.stderr.trim())}`,
    );
  return {
    missing: { count: Number(count), list: `${folder}/${missingList(from)}` },
    erased: { count: erased, list: `${folder}/${erasedList(from)}` },
  };
}

/** Its complaints name files, and what is told here goes into a history. */
const figures =
  (onProgress: (line: string) => void) =>
  (line: string): void => {
    if (/^\s*[\d,.]+\s+\d+%/.test(line)) onProgress(line);
  };

/** Only a file whose content differs begins with ">f". The exit code travels in a file, because the pipe hides it. Prints count and code. */
function listing({ path }: RsyncOptions, from: string, compare: string): string {
  const [list, code] = [ownFile(missingList(from)), ownFile('missing-code')];
  return `umask 077; cd ${quoted(path)} && mkdir -p ${ownFolder} && { { ${compare}; echo $? >${code}; } | LC_ALL=C sed -n 's/^>f[^ ]* //p' >${list} && echo "$(wc -l <${list}) $(cat ${code})"; }`;
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
