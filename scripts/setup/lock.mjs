// Lets only one set-up of a checkout install at a time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ownerOf = (path) => {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return 0;
  }
};

export const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Runs `act` under the lock; waits for another running set-up, and replaces the lock of one that has died. */
export async function withLock(root, act) {
  const path = join(root, '.cache/setup.pid');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let waits = 0; !take(path); waits += 1) {
    const pid = ownerOf(path);
    if (pid > 0 && !isAlive(pid)) rmSync(path, { force: true });
    else if (waits === 0) console.log(`Waiting for another set-up of this checkout (process ${pid}).`);
    await sleep(300);
  }
  try {
    return await act();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
