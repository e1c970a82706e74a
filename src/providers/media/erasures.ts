/**
 * What a region erased since it last mirrored another. rsync can't tell a file that was erased here from one that never came, so each mirror
 * leaves a list of the files that are here then. A listed file that is gone was erased since. The lists stay on the host: they may be long,
 * and customers and staff give files their names.
 */
import { PortError } from '../../ports/errors';
import { quoted } from '../host/shell';
import {
  asLines,
  decoding,
  erasedList,
  gonePaths,
  ownFile,
  ownFolder,
  refuseUnlessCopied,
  rsyncFrom,
  withoutNames,
  type RsyncOptions,
} from './rsync-command';

const listOf = (from: string) => ownFile(`mirrored-from-${from}`);
const nowFile = ownFile('now');
const goneFile = ownFile('gone');
/** Writes the sorted paths of all files to `nowFile`, separated by NUL. Only its owner may read it: it may be in reach of a web server. */
const listNow = `umask 077 && mkdir -p ${ownFolder} && find . -path ./${ownFolder} -prune -o -type f -printf '%P\\0' > ${nowFile} && LC_ALL=C sort -z -o ${nowFile} ${nowFile}`;
const within = (path: string, command: string) => `cd ${quoted(path)} && ${command}`;

/** Notes what is here after a mirror of `from`; a failure leaves the previous list. */
export const noteMirrored = ({ path }: RsyncOptions, from: string): string =>
  `(${within(path, `${listNow} && mv ${nowFile} ${listOf(from)}`)}) 2>/dev/null`;

/** How a script ended when rsync in it did not end well; its code is the last line of the output. */
const rsyncFailed = 60;

/**
 * Counts the paths that this region had after the last mirror of `from`, has no more, and that `from` still has in that version, and lists
 * them on the host, in `erasedList(from)` and `gonePaths(from)`. A version that is newer than the list was uploaded since, and is not among them. 0 when there
 * was no mirror yet.
 */
export async function erasedSince(options: RsyncOptions, from: string, timeoutMs: number): Promise<number> {
  const told = await options.host.run(within(options.path, script(options, from, timeoutMs)), { timeoutMs });
  const last = told.stdout.trim().split('\n').at(-1) ?? '';
  if (told.code === rsyncFailed) refuseUnlessCopied(options, from, { ...told, code: Number(last) });
  if (told.code === 0 && /^\d+$/.test(last)) return Number(last);
  const because = `${options.region}'s host could not list its uploads in ${options.path}: ${withoutNames(options, told.stderr.trim())}`;
  throw new PortError('refused', because);
}

/**
 * rsync tells of each path that is gone when `from` changed it, as `2026/11/30-08:12:22 PATH`, which sorts as text.
 */
function script(options: RsyncOptions, from: string, timeoutMs: number): string {
  const [list, still, code] = [listOf(from), ownFile('still'), ownFile('gone-code')];
  const [erased, paths] = [ownFile(erasedList(from)), ownFile(gonePaths(from))];
  const flags = `-an --ignore-missing-args --from0 --files-from=${goneFile} --out-format='%M %n'`;
  const unchanged = `awk -v since="$(date -u -d "@$(stat -c %Y ${list})" +%Y/%m/%d-%H:%M:%S)" '${decoding}
$1 <= since { tell(substr($0, index($0, " ") + 1)) }'`;
  return `umask 077 && mkdir -p ${ownFolder} && : >${erased} && : >${paths} && { [ -f ${list} ] || { echo 0; exit 0; }; } &&
${listNow} && LC_ALL=C comm -z -23 ${list} ${nowFile} > ${goneFile} && { [ -s ${goneFile} ] || { echo 0; exit 0; }; } &&
{ { ${rsyncFrom(options, from, flags, timeoutMs)}; echo $? >${code}; } | LC_ALL=C ${unchanged} | LC_ALL=C sort -z > ${still}; code=$(cat ${code});
case "$code" in 0|24) ;; *) echo "$code"; exit ${rsyncFailed};; esac; } &&
LC_ALL=C comm -z -12 ${still} ${goneFile} >${paths} && ${asLines(paths, erased)} && wc -l <${erased}`;
}
