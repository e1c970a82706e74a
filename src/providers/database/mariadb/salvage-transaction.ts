/** One SQL transaction of the salvage: opened behind a guard, sent in pieces, and never left open. */
import { PortError } from '../../../ports/errors';
import type { Connection, Row } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import type { SalvageOptions } from './options';
import { CameMeanwhile, TooLarge } from './salvage-refusals';
import { session } from './salvage-statements';
import { textIn } from './shapes';

/** Locks of the shop are waited for. */
export const transactionMs = 15_000;

export interface Hand {
  options: SalvageOptions;
  line: Connection;
}

/** Each question with the settings that its statements are written for. */
export const inSession = (line: Connection): Connection => ({
  ...line,
  ask: (what, statement, limitMs) => line.ask(what, `${session}; ${statement}`, limitMs),
});

/** Lines that are held by one at a time. One whose work failed is closed, so that whatever it still does ends with its transaction. */
export function heldLines(open: () => Connection) {
  const idle: Connection[] = [];
  return {
    hold: async <T>(work: (line: Connection) => Promise<T>): Promise<T> => {
      const line = idle.pop() ?? open();
      try {
        const answer = await work(line);
        idle.push(line);
        return answer;
      } catch (error) {
        line.close();
        throw error;
      }
    },
    close: () => {
      for (const line of idle.splice(0)) line.close();
    },
  };
}

/**
 * What an attempt wrote and locked must not outlive it: the next START TRANSACTION would commit it. Where the server did not answer, the
 * connection is reset already, and the transaction ends with it.
 */
export async function rollBack({ line }: Hand, error: unknown): Promise<void> {
  const answered =
    error instanceof DatabaseError ||
    error instanceof CameMeanwhile ||
    !(error instanceof PortError && error.kind === 'unavailable');
  if (!answered) {
    line.close();
    return;
  }
  try {
    await line.ask('roll back', 'ROLLBACK');
  } catch {
    line.close();
  }
}

/** Of a request; a packet of the server's holds at least twice as much by default. */
const pieceBytes = 512 * 1_024;
/** For the session's settings and the guard that come with it. */
const besideStatement = 2_000;

/** @throws TooLarge for a statement that no packet takes: the server would end the connection instead of answering */
export function requireFitting(statements: readonly string[], packet: number): void {
  const longest = Math.max(0, ...statements.map((statement) => Buffer.byteLength(statement)));
  if (longest + besideStatement <= packet) return;
  throw new TooLarge(
    'refused',
    `a row needs a statement of ${longest} bytes, and the primary takes ${packet} (max_allowed_packet).`,
  );
}

/** Statements that are sent together, none of more bytes than a packet takes. */
export function pieces(statements: readonly string[]): string[][] {
  const all: string[][] = [[]];
  let held = 0;
  for (const statement of statements) {
    const size = Buffer.byteLength(statement);
    if (held > 0 && held + size > pieceBytes) {
      all.push([]);
      held = 0;
    }
    all.at(-1)?.push(statement);
    held += size;
  }
  return all;
}

export function requirePrimary({ region }: SalvageOptions, guard: Row | undefined, epoch: number): void {
  const isPrimary =
    textIn(guard, 'epoch') === String(epoch) && textIn(guard, 'region') === region && textIn(guard, 'readOnly') === '0';
  if (isPrimary) return;
  throw new PortError(
    'refused',
    `${region}'s database is not the writable primary of epoch ${epoch}, so nothing is salvaged into it.`,
  );
}
