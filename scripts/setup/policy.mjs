// Keeps Debian from starting a service when its package is installed, by /usr/sbin/policy-rc.d.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export const POLICY = '/usr/sbin/policy-rc.d';
const MARK = '# set by the handover set-up while it installs packages';
const savedPath = (path) => `${path}.before-handover`;

/** Restores the previous policy, also after a set-up that was killed. */
export function restorePolicy(path = POLICY) {
  if (!existsSync(path) || !readFileSync(path, 'utf8').includes(MARK)) return;
  if (existsSync(savedPath(path))) renameSync(savedPath(path), path);
  else rmSync(path);
}

/** Runs `act` while no service may start, and restores the previous policy in every case. */
export async function withoutServices(act, path = POLICY) {
  restorePolicy(path);
  if (existsSync(path)) renameSync(path, savedPath(path));
  writeFileSync(path, `#!/bin/sh\n${MARK}\nexit 101\n`, { mode: 0o755 });
  try {
    return await act();
  } finally {
    restorePolicy(path);
  }
}
