import { places, type RegionName } from '../network/places';

/** MariaDB's settings of a region; those of both are in `shared`. */
export function mariadbConfiguration(region: RegionName): string {
  const { address } = places[region];
  const number = region === 'A' ? 1 : 2;
  return `${shared}
bind-address = ${address}
report-host = ${address}
server-id = ${number}
# Ids of the two regions can never collide: A's are odd, B's even.
auto-increment-increment = 2
auto-increment-offset = ${number}

# Where the runbook keeps a fence through a restart.
!includedir /srv/etc/mariadb.d/
`;
}

const shared = `
[mariadbd]
user = root
port = 3306
socket = /srv/run/mariadb.sock
pid-file = /srv/run/mariadb.pid
datadir = /srv/mysql/data
tmpdir = /srv/tmp
log-bin = /srv/mysql/binlog/binlog
relay-log = /srv/mysql/relay/relay-bin
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
skip-name-resolve = ON

# One stream of transactions through both regions: every position is a single, comparable GTID.
gtid-domain-id = 0
gtid-strict-mode = ON
log-slave-updates = ON
# Whole rows before and after, with the names and types of their columns: salvage reads them.
binlog-format = ROW
binlog-row-image = FULL
binlog-row-metadata = FULL
# An acknowledged commit survives kill -9 and a power cut.
sync-binlog = 1
innodb-flush-log-at-trx-commit = 1
# Binlogs must cover the longest outage; the lab ends before they grow.
expire-logs-days = 0

# A server that restarts comes back fenced and detached; only the runbook opens or attaches it.
read-only = ON
skip-slave-start = ON

# A silent source is noticed after 4 s; with the default the replica reports "running, no lag" for 60 s.
slave-net-timeout = 4
# One applier thread falls behind a busy primary.
slave-parallel-threads = 4
slave-parallel-mode = optimistic

ssl-ca = /srv/etc/tls/ca.crt
ssl-cert = /srv/etc/tls/server.crt
ssl-key = /srv/etc/tls/server.key

# Small: two of these servers, two shops and all other processes share two cores.
innodb-buffer-pool-size = 64M
innodb-log-file-size = 32M
performance-schema = OFF
event-scheduler = OFF
local-infile = OFF
max-connections = 200
`;
