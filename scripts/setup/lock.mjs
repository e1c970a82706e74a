// Two set-ups of one checkout must not install at the same time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const holder = (path) => {
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

/** Does `act` alone; waits for another set-up that is at work, and takes over from one that died. */
export async function alone(root, act) {
  const path = join(root, '.cache/setup.pid');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let waits = 0; !take(path); waits += 1) {
    const pid = holder(path);
    if (pid > 0 && !isAlive(pid)) rmSync(path, { force: true });
    else if (waits === 0) console.log(`waiting for another set-up of this checkout (process ${pid})`);
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
