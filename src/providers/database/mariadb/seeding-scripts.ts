import { notRunning, serviceCommandFor } from '../../../domain/service-command';
import type { SeedJob } from '../../../ports/rejoin';
import { peerCommand, type Peer } from '../../host/peer';
import { quoted } from '../../host/shell';
import type { SeedingOptions, SeedSource } from './options';
import { elsewhere } from './seeding-elsewhere';

/** How a script ended, when not well; chosen apart from what the tools in it use themselves. */
export const codes = {
  notStopped: 51,
  nothingPrepared: 52,
  busy: 53,
  inUse: 54,
  mounted: 55,
  noRoom: 56,
  elsewhere: 57,
} as const;

/** In the work directory; whoever copies or swaps data there holds it. */
export const lockFile = 'handover-seeding.lock';

/**
 * Paths of one job. Old and new data lie beside the present ones, so that a swap is a rename; one that was begun goes on under the name it began
 * with, which `noted` finds. A note without its old and new data is that of a swap that has ended, or of one that moved nothing.
 */
function paths({ workDirectory, dataDirectory, binlogDirectory }: SeedingOptions, { copy, aside }: SeedJob): string {
  return `job=${quoted(copy)}; work=${quoted(`${workDirectory}/${copy}`)}; lock=${quoted(`${workDirectory}/${lockFile}`)}
data=${quoted(dataDirectory)}; new=${quoted(`${dataDirectory}.${copy}-new`)}; old=${quoted(`${dataDirectory}.${aside}-old`)}; logs=${quoted(binlogDirectory)}
noted() { [ -d "$new" ] && [ -s "$work/aside" ] && [ -e "$(cat "$work/aside")" ]; }
! noted || old=$(cat "$work/aside")
position() { sed -n 's/^[^\\t]*\\t[0-9]*\\t//p' "$1"/xtrabackup_binlog_info "$1"/mariadb_backup_binlog_info 2>/dev/null | head -n 1; }`;
}

/** Lies in the data that a swap put in place: the copy and the run, so that nothing else is ever taken for them. */
const birthmark = 'handover-seeded';

/** A copy that waited longer than this is made anew: the primary may have removed the logs from which it would catch up. */
const keptMinutes = 24 * 60;

/** Prints a phase, a tab, a position, a tab and what there is to say. */
export function state(options: SeedingOptions, job: SeedJob): string {
  return `${paths(options, job)}
say() { printf '%s\\t%s\\t%s\\n' "$1" "$2" "$3"; exit 0; }
exec 9>>"$lock"
if ! flock -n 9; then
  holder=$(cat "$lock")
  [ "\${holder:-$job}" = "$job" ] || say copying '' "it waits for the copy $holder, which runs on this host"
  say copying '' "$(du -sm "$new" 2>/dev/null | cut -f1) MB so far"
fi
[ -e "$old" ] && [ ! -e "$new" ] && [ -d "$data" ] && say seeded "$(position "$data")" "the old data lie in $old"
[ -e "$work/prepared" ] && [ -d "$new" ] && [ -e "$old" ] && say swapping "$(position "$new")" "the old data lie in $old"
if [ -e "$work/prepared" ] && [ -d "$new" ]; then
  [ -z "$(find "$work/prepared" -mmin +${keptMinutes})" ] || say none '' 'the prepared copy is older than a day, so the data are copied again'
  say prepared "$(position "$new")" "$(du -sm "$new" | cut -f1) MB"
fi
[ -e "$work/log" ] && [ ! -e "$work/prepared" ] && say failed '' "$(tail -n 3 "$work/log" | tr '\\n\\t' '  ' | cut -c1-500)"
say none '' 'nothing was begun'`;
}

/** Exits where files of the database would stay behind when its directory is renamed. */
const requireWhole = `${elsewhere}
found=$(elsewhere "$data")
[ -z "$found" ] || { echo "$found" >&2; exit ${codes.elsewhere}; }`;

/** Prints nothing, or a phase, a tab, a position, a tab, the run, a tab and whether the data are old. */
export function begun(options: SeedingOptions, copy: string): string {
  return `${paths(options, { copy, aside: '' })}
say() { printf '%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$3" "$4"; exit 0; }
if noted && [ -e "$work/prepared" ]; then
  run=\${old#"$data".}
  say swapping "$(position "$new")" "\${run%-old}" ''
fi
mark="$data/${birthmark}"
read -r copy run 2>/dev/null <"$mark" || exit 0
[ "$copy" = "$job" ] || exit 0
say seeded "$(position "$data")" "$run" "$(find "$mark" -mmin +${keptMinutes})"`;
}

/**
 * As replication would have it: the events of the primary run on the primary alone, until a promotion enables them here. Done in the copy,
 * before any server runs on it, since an event with a privileged definer also writes on a read-only server.
 */
const disableEvents = "UPDATE mysql.event SET status = 'SLAVESIDE_DISABLED' WHERE status = 'ENABLED';";

/**
 * Passes on so many MB a second; the source waits meanwhile. The own limit of mariabackup counts reads, whose size differs between versions.
 * Each second begins before its data are read, so the rate is never above the limit.
 */
const limited = ({ reseedRate }: SeedSource): string =>
  reseedRate === undefined
    ? 'cat'
    : `{ while sleep 1 & bytes=$( { LC_ALL=C dd bs=1M count=${reseedRate} iflag=fullblock 2>&1 >&3; } | sed -n 's/^\\([0-9]*\\) bytes.*/\\1/p') && [ "\${bytes:-0}" -gt 0 ]; do wait; done; } 3>&1`;

/**
 * The copy goes on when the connection or the worker is lost: it has a session of its own, and holds the lock, which is taken before it
 * begins, as long as it runs.
 */
export function begin(options: SeedingOptions, job: SeedJob, peer: Peer & SeedSource): string {
  const source = [`--socket=${quoted(peer.databaseSocket)}`, `--datadir=${quoted(peer.dataDirectory)}`];
  const backup = `mkdir -p ${quoted(peer.workDirectory)} && exec mariabackup --no-defaults --backup --user=root ${source.join(' ')} --stream=xbstream --target-dir=${quoted(`${peer.workDirectory}/handover-backup`)} --tmpdir=${quoted(peer.workDirectory)}`;
  const work = `set -eu
${paths(options, job)}
rm -rf "$new" "$work/prepared" "$work/aside"
mkdir -m 700 "$new"
${peerCommand(options, peer, backup)} | ${limited(peer)} | mbstream -x -C "$new"
mariabackup --prepare --target-dir="$new"
echo ${quoted(disableEvents)} | mariadbd --defaults-file="$new/backup-my.cnf" --bootstrap --user=root --datadir="$new" --tmpdir="$work"
[ -n "$(position "$new")" ]
touch "$work/prepared"`;
  const size = `du -sm ${quoted(peer.dataDirectory)}`;
  return `${paths(options, job)}
[ "$(stat -L -c %d "$data")" = "$(stat -L -c %d "$(dirname "$data")")" ] || exit ${codes.mounted}
${requireWhole}
needed=$(${peerCommand(options, peer, size)} | cut -f1)
free=$(df -m --output=avail "$(dirname "$data")" | tail -n 1 | tr -d ' ')
[ -n "$needed" ] && [ -n "$free" ] || { echo 'the room for the copy is unknown' >&2; exit 1; }
[ "$free" -gt "$needed" ] || { echo "$needed $free" >&2; exit ${codes.noRoom}; }
mkdir -p "$work"
exec 9>>"$lock"
flock -n 9 || exit 0
echo "$job" >"$lock"
setsid nohup bash -o pipefail -c ${quoted(work)} >"$work/log" 2>&1 </dev/null &`;
}

/**
 * Prints who still uses the data in a directory, if anybody: a server works in its data directory and keeps its files open, whatever its
 * service says. Files are compared by inode, so a server in a container is found too.
 */
export const user = `user() {
for link in /proc/[0-9]*/cwd /proc/[0-9]*/fd/*; do
  [ "$link" -ef "$1" ] || [ "$link" -ef "$1/ibdata1" ] || continue
  link=\${link#/proc/}
  echo "process \${link%%/*}" && return
done
}`;

/** Exits unless the service says that it is stopped, no process uses the data, and the server's port refuses connections. */
function requireStopped({ service, listens }: SeedingOptions): string {
  const [host, port] = [quoted(listens.host), String(listens.port)];
  return `${user}
refuse() { echo "$2" >&2; exit "$1"; }
said=$( ( ${serviceCommandFor(service, 'stop')} ) 2>&1 >/dev/null 9>&- </dev/null | tail -n 1 )
( ${serviceCommandFor(service, 'status')} ) 9>&- >/dev/null 2>&1 </dev/null; code=$?
[ "$code" -eq ${notRunning} ] || refuse ${codes.notStopped} "$code $said"
for directory in "$data" "$old"; do
  found=$(user "$directory")
  [ -z "$found" ] || refuse ${codes.inUse} "$found uses $directory"
done
answer=$(LC_ALL=C timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${host} ${port} 2>&1) && refuse ${codes.inUse} "a server answers at "${host}" port ${port}"
case "$answer" in
  *'Connection refused'*) ;;
  *) refuse ${codes.inUse} "it is unknown whether a server still listens at "${host}" port ${port}: $(echo "$answer" | tail -n 1)" ;;
esac`;
}

/**
 * Each line may be the last one that runs: a repetition goes on behind it. The old binary logs go with the old data; the copies that
 * salvage read lie on another host. A server that something starts meanwhile is found by its open files after the rename, which is taken back.
 */
export function swap(options: SeedingOptions, job: SeedJob): string {
  return `set -u
${paths(options, job)}
exec 9>>"$lock"
flock -w 5 9 || exit ${codes.busy}
[ -e "$work/prepared" ] && [ -d "$new" ] || exit ${codes.nothingPrepared}
if [ ! -e "$old" ]; then
${requireWhole}
fi
${requireStopped(options)}
set -e
if [ ! -e "$old" ]; then
  echo "$old" >"$work/aside"
  chown -R --reference="$data" "$new"
  chmod --reference="$data" "$new"
  mv -T "$data" "$old"
  found=$(user "$old")
  [ -z "$found" ] || { mv -T "$old" "$data"; rm "$work/aside"; refuse ${codes.inUse} "$found uses $data"; }
fi
aside="$old.binlogs"
mkdir -p "$aside"
if [ -d "$logs" ]; then
  for index in "$logs"/*.index; do
    [ -e "$index" ] || continue
    base=\${index%.index}
    find "$logs" -maxdepth 1 -type f -name "$(basename "$base").*" ! -name '*.index' -exec mv -t "$aside" {} +
    mv "$index" "$aside"
  done
fi
run=\${old#"$data".}
echo "$job \${run%-old}" >"$new/${birthmark}"
touch -r "$work/prepared" "$new/${birthmark}"
mv -T "$new" "$data"
rm -rf "$work"`;
}

export const startService = ({ service }: SeedingOptions): string => serviceCommandFor(service, 'start');
