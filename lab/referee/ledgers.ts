import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** All lines of the ledgers whose file name matches, in one list. A last line without its newline was never acknowledged, so it is skipped. */
export async function ledgerLines<T>(lab: string, name: RegExp): Promise<T[]> {
  const folder = join(lab, 'ledgers');
  const files = (await readdir(folder)).filter((file) => name.test(file)).sort();
  const lists = await Promise.all(files.map((file) => linesOf<T>(join(folder, file))));
  return lists.flat();
}

async function linesOf<T>(path: string): Promise<T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  return lines.flatMap((line, place) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      throw new Error(`${path} line ${place + 1} is not valid JSON: ${line.slice(0, 80)}`);
    }
  });
}
