/** What rejoins left beside a MariaDB's data and in its work directory: found by the names that they gave it, and removed with care. */
import { runNamed, type Evidence, type EvidenceKind } from '../../../domain/evidence';
import { PortError } from '../../../ports/errors';
import type { EvidenceStore } from '../../../ports/evidence';
import { quoted } from '../../host/shell';
import type { SeedingOptions } from './options';
import { lockFile, user } from './seeding-scripts';

export interface EvidenceOptions extends Pick<SeedingOptions, 'region' | 'host' | 'dataDirectory' | 'workDirectory'> {
  site: string;
  regions: readonly string[];
}

/** Sizes of large directories take a while. */
const listMs = 120_000;
const removeMs = 600_000;
const refused = 61;

const suffixes: readonly [suffix: string, kind: EvidenceKind][] = [
  ['-old', 'old data'],
  ['-old.binlogs', 'old logs'],
  ['-new', 'copy'],
];

/** Prints size, time and path of each directory, separated by tabs. */
const listing = ({
  dataDirectory,
  workDirectory,
}: EvidenceOptions): string => `data=${quoted(dataDirectory)}; work=${quoted(workDirectory)}
for each in "$data".*-old "$data".*-old.binlogs "$data".*-new "$work"/rejoin-* "$work"/tail-*; do
  [ -d "$each" ] && [ ! -L "$each" ] || continue
  printf '%s\\t%s\\t%s\\n' "$(du -smx "$each" 2>/dev/null | cut -f1)" "$(stat -c %Y "$each")" "$each"
done`;

/** The lock is that of a copy. A swap that was cut off has moved the old data aside, and they may be the only ones. */
const removing = ({ dataDirectory, workDirectory }: EvidenceOptions, path: string): string => `set -u
data=${quoted(dataDirectory)}; work=${quoted(workDirectory)}; target=${quoted(path)}
refuse() { echo "$1" >&2; exit ${refused}; }
[ -e "$target" ] || [ -L "$target" ] || exit 0
[ -d "$target" ] && [ ! -L "$target" ] || refuse 'it is no directory'
[ -d "$data" ] || refuse "the data directory $data is missing, so these may be the only data"
[ ! "$target" -ef "$data" ] || refuse "it is the data directory"
[ "$(stat -c %d "$target")" = "$(stat -c %d "$(dirname "$target")")" ] || refuse 'it is a mount point'
exec 9>>"$work/${lockFile}"
flock -n 9 || refuse 'a copy runs on this host'
for aside in "$work"/*/aside; do
  [ -e "$aside" ] && [ -d "$data.$(basename "$(dirname "$aside")")-new" ] && refuse 'a rejoin was cut off while it put a copy in the place of the data, so start it again first'
done
${user}
found=$(user "$target")
[ -z "$found" ] || refuse "$found uses it"
rm -rf --one-file-system -- "$target"`;

export function mariadbEvidence(options: EvidenceOptions): EvidenceStore {
  const { region, host } = options;
  return {
    list: async () => {
      const { code, stdout } = await host.run(listing(options), { timeoutMs: listMs });
      if (code !== 0)
        throw new PortError('refused', `${region}'s host could not list what rejoins left (exit code ${code}).`);
      return stdout.split('\n').flatMap((line) => found(options, line.split('\t')));
    },
    remove: async ({ path }) => {
      if (namedBy(options, path) === undefined)
        throw new PortError('refused', `${path} on ${region}'s host is nothing that a rejoin left, so it stays.`);
      const { code, stderr } = await host.run(removing(options, path), { timeoutMs: removeMs });
      if (code === 0) return;
      const because = code === refused ? (stderr.trim().split('\n').at(-1) ?? '') : `rm ended with code ${code}`;
      throw new PortError('refused', `${path} on ${region}'s host stays: ${because}.`);
    },
  };
}

function found(options: EvidenceOptions, [megabytes, seconds, path = '']: string[]): Evidence[] {
  const named = namedBy(options, path);
  if (named === undefined) return [];
  return [{ ...named, on: options.region, path, megabytes: Number(megabytes), at: Number(seconds) * 1_000 }];
}

/** Undefined for a path that is none of this site's. */
function namedBy(
  { dataDirectory, workDirectory, site, regions }: EvidenceOptions,
  path: string,
): Pick<Evidence, 'kind' | 'run'> | undefined {
  const of = (kind: EvidenceKind, name: string) => {
    const run = runNamed(name, site, regions);
    return run && { kind, run };
  };
  if (path.startsWith(`${workDirectory}/`)) {
    const run = of('copied logs', path.slice(workDirectory.length + 1));
    // What a copy notes about itself has its name, which has no time.
    return run && (/-\d+-\d+$/.test(run.run.name) || run.run.region === '' ? run : { ...run, kind: 'copy' });
  }
  if (!path.startsWith(`${dataDirectory}.`)) return undefined;
  const rest = path.slice(dataDirectory.length + 1);
  const [suffix, kind] = suffixes.find(([each]) => rest.endsWith(each)) ?? [];
  return suffix === undefined || kind === undefined ? undefined : of(kind, rest.slice(0, -suffix.length));
}
