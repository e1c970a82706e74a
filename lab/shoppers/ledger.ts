import { open, type FileHandle } from 'node:fs/promises';

interface Waiter {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** A short wait, so that the lines of other shoppers share one fdatasync. */
const GATHER_MS = 2;

/** A file of JSON lines that are on disk when `append` resolves; concurrent lines share one fdatasync (group commit). */
export class Ledger {
  private waiting: Waiter[] = [];
  private flushing: Promise<void> | undefined;
  private readonly file: FileHandle;
  private readonly synced: boolean;

  private constructor(file: FileHandle, synced: boolean) {
    this.file = file;
    this.synced = synced;
  }

  /** Opens `path` to append. With `synced: false` lines are written without fdatasync, for lines that are no evidence. */
  static async at(path: string, options: { synced: boolean }): Promise<Ledger> {
    return new Ledger(await open(path, 'a'), options.synced);
  }

  /** Resolves when the line is on disk; rejects with the error of the write, and then the line may or may not be written. */
  append(line: object): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ text: `${JSON.stringify(line)}\n`, done, failed });
      this.flushing ??= this.flush();
    });
  }

  /** Writes the pending lines, then closes the file. */
  async close(): Promise<void> {
    await this.flushing;
    await this.file.close();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      await new Promise((resume) => setTimeout(resume, GATHER_MS));
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map((waiter) => waiter.text).join(''));
        if (this.synced) await this.file.datasync();
        for (const waiter of batch) waiter.done();
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        for (const waiter of batch) waiter.failed(reason);
      }
    }
    this.flushing = undefined;
  }
}
