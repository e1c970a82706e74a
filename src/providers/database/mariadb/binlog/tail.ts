/** The end of another server's logs, read and applied by MariaDB's own tools on the host that keeps them. */
import { plainPosition } from '../positions';
import { quoted } from '../../../host/shell';

/** How a script ended when it found no logs; apart from the codes of the tools in it. */
export const noLogs = 44;

/** `mariadb-binlog` from after `position`, in the order in which the files were written; the script fails if it can't read one. */
const reading = (directory: string, position: string) =>
  `set -o pipefail
cd ${quoted(directory)} || exit ${noLogs}
read_logs() { ls -1 | sort -V | xargs mariadb-binlog --no-defaults --start-position=${quoted(plainPosition(position))} "$@"; }`;

/** Prints the number of transactions after `position`, and the last one's GTID. */
export const behind = (directory: string, position: string): string => `${reading(directory, position)}
read_logs --base64-output=decode-rows | awk '/^#.*[ \\t]GTID [0-9]+-[0-9]+-[0-9]+/ { n++; for (i = 1; i < NF; i++) if ($i == "GTID") last = $(i + 1) } END { print n + 0, last }'`;

/** Each transaction keeps its GTID, so that the two histories stay one; the first that does not fit ends it. */
export const replay = (directory: string, position: string, socket: string): string => `${reading(directory, position)}
read_logs | mariadb --no-defaults --user=root --socket=${quoted(socket)}`;
