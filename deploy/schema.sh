#!/bin/sh
# Creates Temporal's two databases and upgrades their schemas to the version of this image; can be run again at every upgrade.
set -eu
SQL_PASSWORD=$(cat /run/secrets/postgres-password)
export SQL_PASSWORD

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  folder=/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned
  # The first two fail if the database or its version table already exists; the last one decides.
  temporal-sql-tool --db "$database" create || true
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || true
  temporal-sql-tool --db "$database" update-schema -d "$folder"
done
