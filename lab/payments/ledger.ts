import { fdatasync, writeSync } from 'node:fs';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/** An append-only file of JSON lines. */
export interface Ledger {
  /** Resolves when the line is stored with the ledger's durability. */
  append(line: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * `synced`: on disk; lines that arrive during a sync share the next one (group commit). `written`: in the kernel, which
 * survives a crash of the process but not of the machine.
 */
export type Durability = 'synced' | 'written';

/**
 * Opens or creates the ledger at `path` and passes each existing line to `replay`, oldest first. A last line without its
 * newline was never acknowledged (the process died before the sync), so it is removed.
 */
export async function openLedger(
  path: string,
  replay: (line: unknown) => void,
  durability: Durability = 'synced',
): Promise<Ledger> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
  for (const line of whole.split('\n')) if (line !== '') replay(JSON.parse(line));
  return durability === 'synced' ? groupCommit(file) : writtenLedger(file);
}

function writtenLedger(file: FileHandle): Ledger {
  return {
    append: (line) => {
      writeAll(file.fd, `${JSON.stringify(line)}\n`);
      return Promise.resolve();
    },
    close: () => file.close(),
  };
}

/** Synchronous: a short write to the page cache costs less than passing it to another thread. */
function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
}

interface Waiting {
  text: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function groupCommit(file: FileHandle): Ledger {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        writeAll(file.fd, batch.map(({ text }) => text).join(''));
        await sync(file.fd);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: `${JSON.stringify(line)}\n`, resolve, reject });
        running ??= drain();
      }),
    close: async () => {
      await running;
      await file.close();
    },
  };
}
