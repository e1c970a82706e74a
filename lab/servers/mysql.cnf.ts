import { places, type RegionName } from '../network/places';

/** MySQL's settings of a region, for the same reasons as MariaDB's in `mariadb.cnf.ts`. */
export function mysqlConfiguration(region: RegionName): string {
  const { address } = places[region];
  const number = region === 'A' ? 1 : 2;
  return `${shared}
bind-address = ${address}
report-host = ${address}
server-id = ${number}
auto-increment-increment = 2
auto-increment-offset = ${number}
`;
}

const shared = `[mysqld]
user = root
port = 3306
mysqlx = OFF
# The one that the shop knows.
socket = /srv/run/mariadb.sock
pid-file = /srv/run/mysql.pid
datadir = /srv/mysql/data
tmpdir = /srv/tmp
secure-file-priv = NULL
log-bin = /srv/mysql/binlog/binlog
relay-log = /srv/mysql/relay/relay-bin
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
skip-name-resolve = ON

gtid-mode = ON
enforce-gtid-consistency = ON
binlog-row-image = FULL
binlog-row-metadata = FULL
sync-binlog = 1
innodb-flush-log-at-trx-commit = 1
binlog-expire-logs-seconds = 0

# A server that restarts comes back fenced and detached; only the runbook opens or attaches it.
super-read-only = ON
skip-replica-start = ON
replica-net-timeout = 4

ssl-ca = /srv/etc/tls/ca.crt
ssl-cert = /srv/etc/tls/server.crt
ssl-key = /srv/etc/tls/server.key

# Without its statistics a server takes half of the memory.
performance-schema = OFF
innodb-buffer-pool-size = 64M
innodb-redo-log-capacity = 64M
event-scheduler = OFF
local-infile = OFF
max-connections = 200
`;
