/** Temporary folders of a run; all are removed when it ends, unless it is killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'handover-bench-'));
  made.add(folder);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  made.delete(folder);
  await rm(folder, { recursive: true, force: true });
}

export async function removeFolders(): Promise<void> {
  await Promise.all([...made].map(removeFolder));
}
