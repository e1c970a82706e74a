/**
 * What a region erased since it last mirrored another. rsync can't tell a file that was erased here from one that never came, so each mirror
 * leaves a list of the files that are here then. A listed file that is gone was erased since.
 */
import { PortError } from '../../ports/errors';
import { quoted } from '../host/shell';
import { marked, outputOf, ownFolder, refuseUnlessCopied, rsyncFrom, type RsyncOptions } from './rsync-command';

const listOf = (from: string) => quoted(`${ownFolder}/mirrored-from-${from}`);
const nowFile = quoted(`${ownFolder}/now`);
/** Writes the sorted paths of all files to `nowFile`, separated by NUL. Only its owner may read it: it may be in reach of a web server. */
const listNow = `umask 077 && mkdir -p ${ownFolder} && find . -path ./${ownFolder} -prune -o -type f -printf '%P\\0' > ${nowFile} && LC_ALL=C sort -z -o ${nowFile} ${nowFile}`;
const within = (path: string, command: string) => `cd ${quoted(path)} && ${command}`;

/** Notes what is here after a mirror of `from`; a failure leaves the previous list. */
export const noteMirrored = ({ path }: RsyncOptions, from: string): string =>
  `(${within(path, `${listNow} && mv ${nowFile} ${listOf(from)}`)}) 2>/dev/null`;

/**
 * Paths that this region had after the last mirror of `from`, has no more, and that `from` still has in that version. A version that is newer
 * than the list was uploaded since, and is not among them. Empty when there was no mirror yet.
 */
export async function erasedSince(options: RsyncOptions, from: string, timeoutMs: number): Promise<string[]> {
  const list = listOf(from);
  const gone = `${listNow} && LC_ALL=C comm -z -23 ${list} ${nowFile}`;
  const command = within(options.path, `{ [ ! -f ${list} ] || { stat -c %Y ${list} && ${gone}; }; }`);
  const told = await options.host.run(marked(command), { timeoutMs });
  if (told.code !== 0) {
    const because = `${options.region}'s host could not list its uploads in ${options.path}: ${told.stderr.trim()}`;
    throw new PortError('refused', because);
  }
  const [, listedAt = '', names = ''] = /^(\d+)\n([^]*)$/.exec(outputOf(told)) ?? [];
  const absent = new Set(names.split('\0').filter(Boolean));
  return absent.size === 0 ? [] : stillAt(options, from, absent, Number(listedAt), timeoutMs);
}

/** Those of `paths` that `from` has, unchanged since `listedAt`, in seconds since 1970. */
async function stillAt(
  options: RsyncOptions,
  from: string,
  paths: ReadonlySet<string>,
  listedAt: number,
  timeoutMs: number,
): Promise<string[]> {
  const flags = `-an --ignore-missing-args --from0 --files-from=- --out-format='%M %n'`;
  const command = marked(rsyncFrom(options, from, flags, timeoutMs));
  const told = await options.host.run(command, { timeoutMs, stdin: [...paths].join('\0') });
  refuseUnlessCopied(options, from, told);
  return outputOf(told)
    .split('\n')
    .flatMap((line) => {
      const [, day = '', time = '', path = ''] = /^(\d+\/\d+\/\d+)-(\S+) (.+)$/.exec(line) ?? [];
      const changedAt = Date.parse(`${day.replaceAll('/', '-')}T${time}Z`) / 1_000;
      return paths.has(path) && changedAt <= listedAt ? [path] : [];
    });
}
