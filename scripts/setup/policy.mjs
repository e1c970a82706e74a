// Debian starts a service as soon as its package is installed, unless /usr/sbin/policy-rc.d forbids it.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export const POLICY = '/usr/sbin/policy-rc.d';
const MARK = '# set by the handover set-up while it installs packages';
const kept = (path) => `${path}.before-handover`;

/** Puts back what was there before an earlier set-up that was killed could do so itself. */
export function restorePolicy(path = POLICY) {
  if (!existsSync(path) || !readFileSync(path, 'utf8').includes(MARK)) return;
  if (existsSync(kept(path))) renameSync(kept(path), path);
  else rmSync(path);
}

/** Does `act` while no service may start, and puts back what was there, however `act` ends. */
export async function withoutServices(act, path = POLICY) {
  restorePolicy(path);
  if (existsSync(path)) renameSync(path, kept(path));
  writeFileSync(path, `#!/bin/sh\n${MARK}\nexit 101\n`, { mode: 0o755 });
  try {
    return await act();
  } finally {
    restorePolicy(path);
  }
}
