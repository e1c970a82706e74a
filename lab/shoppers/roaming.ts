import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptLine, OrderRequest } from './ledger-lines';

const READ_EVERY_MS = 200;

/** Calls `found` with each order whose customer left before the answer in region A or B, from now until `end`. */
export function watchRoaming(ledgers: string, end: AbortSignal, found: (order: OrderRequest) => void): void {
  for (const place of ['A', 'B']) void follow(join(ledgers, `attempts-${place}.jsonl`), end, found);
}

async function follow(path: string, end: AbortSignal, found: (order: OrderRequest) => void): Promise<void> {
  let position = await sizeOf(path);
  let rest = '';
  while (!end.aborted) {
    await new Promise((resume) => setTimeout(resume, READ_EVERY_MS));
    const piece = await readFrom(path, position);
    position += piece.length;
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes('"roams":true')) continue;
      const attempt = JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as AttemptLine;
      if (attempt.op === 'order') found(attempt.request as OrderRequest);
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    await file.close();
    return size;
  } catch {
    return 0;
  }
}

/** What was appended since `position`; nothing while the file does not exist. */
async function readFrom(path: string, position: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.max(0, size - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}
