/**
 * Which paths a pull would bring. What was erased here is taken out of a sorted list of them: with a pattern for each erased path rsync would hold every
 * path against every pattern, which takes hours for a hundred thousand of both.
 */
import { PortError } from '../../ports/errors';
import { quoted } from '../host/shell';
import {
  asLines,
  decoding,
  ownFile,
  ownFolder,
  refuseUnlessCopied,
  rsyncFrom,
  withoutNames,
  type RsyncOptions,
} from './rsync-command';

/** Paths, each ended by NUL, that a pull is to bring. */
export const wantedPaths = 'wanted';

export interface Comparing {
  /** How rsync compares. */
  flags: string;
  /** awk's pattern of its lines that count, such as `>f+++++++++ PATH`. */
  lines: string;
  /** A file of sorted paths that do not count, as a word of the command. */
  without: string;
  /** A file that gets them for a person too, a line each. */
  shown?: string;
  timeoutMs: number;
}

/** Lists the paths in `wantedPaths` and counts them. @throws PortError */
export async function listWanted(options: RsyncOptions, from: string, comparing: Comparing): Promise<number> {
  const { flags, lines, without, shown, timeoutMs } = comparing;
  const compare = rsyncFrom(options, from, `-an --out-format='%i %n' ${flags}`, timeoutMs);
  const [wanted, code] = [ownFile(wantedPaths), ownFile('wanted-code')];
  // The exit code travels in a file, because the pipe hides it.
  const listing = `{ ${compare}; echo $? >${code}; } | LC_ALL=C awk '${decoding}
${lines} { tell(substr($0, index($0, " ") + 1)) }' | LC_ALL=C sort -z | LC_ALL=C comm -z -23 - ${without} >${wanted}`;
  const show = shown === undefined ? '' : ` && ${asLines(wanted, ownFile(shown))}`;
  const told = `echo "$(tr -cd '\\0' <${wanted} | wc -c) $(cat ${code})"`;
  const command = `umask 077; cd ${quoted(options.path)} && mkdir -p ${ownFolder} && { ${listing}${show} && ${told}; }`;
  const result = await options.host.run(command, { timeoutMs });
  const [count = '', ended = ''] = result.stdout.trim().split(' ');
  if (/^\d+$/.test(ended)) refuseUnlessCopied(options, from, { ...result, code: Number(ended) });
  if (result.code === 0 && /^\d+$/.test(count) && ended !== '') return Number(count);
  const because = `${options.region}'s host could not list what is missing in ${options.path}: ${withoutNames(options, result.stderr.trim())}`;
  throw new PortError('refused', because);
}
