import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** MariaDB's packages have a `mysqld` too, which is MariaDB. */
function isMysql(path: string): boolean {
  try {
    return (
      existsSync(path) && /Ver (8|9|\d\d)\.(?!.*MariaDB)/.test(execFileSync(path, ['--version'], { encoding: 'utf8' }))
    );
  } catch {
    return false;
  }
}

/** The MySQL server that the set-up finds (scripts/setup/mysql.mjs): HANDOVER_MYSQLD, `mysqld` on PATH, or the checkout's cache; or why there is none. */
export function findMysqld(checkout: string): { path: string } | { because: string } {
  const named = process.env['HANDOVER_MYSQLD'];
  if (named)
    return isMysql(named)
      ? { path: resolve(named) }
      : { because: `HANDOVER_MYSQLD is ${named}, which is no MySQL 8.0 or newer` };
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = [...folders, join(checkout, '.cache/mysql/bin')].map((folder) => join(folder, 'mysqld'));
  const path = candidates.find(isMysql);
  return path === undefined ? { because: 'npm run setup -- --mysql brings MySQL' } : { path };
}
