/** Decides about a batch of errant transactions, and carries the rulings out in one SQL transaction with a record each. */
import { decideAll, type Errant } from '../../../domain/salvage/batch';
import type { Ruling } from '../../../domain/salvage/ruling';
import type { ErrantTransaction } from '../../../domain/salvage/transaction';
import { PortError } from '../../../ports/errors';
import type { SalvageInput } from '../../../ports/rejoin';
import type { Connection, Row } from './connection';
import { DatabaseError } from './failures';
import type { SalvageOptions } from './options';
import { knownRows, looksFor } from './salvage-looks';
import { keepRecords, type Decided } from './salvage-records';
import { isDivisible, isDuplicate, isLocked, refusalOf, TooLarge, withoutValues } from './salvage-refusals';
import * as sql from './salvage-statements';
import { textIn } from './shapes';

/** Locks of the shop are waited for. */
export const transactionMs = 15_000;

export interface Hand {
  options: SalvageOptions;
  line: Connection;
}

/** @throws PortError with nothing written and no transaction left open; its sentence holds no value of the shop's */
export async function salvage(hand: Hand, batch: readonly Errant[], input: SalvageInput): Promise<void> {
  try {
    await salvageAll(hand, batch, input);
  } catch (error) {
    throw withoutValues(error, `salvage ${batch[0]?.tx.gtid ?? ''} and what follows it`);
  }
}

/** The shop holds a lock for milliseconds, so a batch that met one is tried again before it is halved. */
const triesAtLocks = 3;

/** A batch that fails for its data or for locks is halved until the transaction is found that the primary can't take; that one is listed. */
async function salvageAll(hand: Hand, batch: readonly Errant[], input: SalvageInput, tries = 1): Promise<void> {
  const [first] = batch;
  if (!first) return;
  try {
    await attempt(hand, batch, input);
  } catch (error) {
    if (batch.length === 1) {
      await salvageAlone(hand, first, input, error);
      return;
    }
    if (!isDivisible(error)) throw error;
    if (isLocked(error) && tries < triesAtLocks) {
      await salvageAll(hand, batch, input, tries + 1);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await salvageAll(hand, batch.slice(0, middle), input);
    await salvageAll(hand, batch.slice(middle), input);
  }
}

/** `error` is what its first attempt ended with. */
async function salvageAlone(hand: Hand, errant: Errant, input: SalvageInput, error: unknown): Promise<void> {
  if (isDuplicate(error)) {
    try {
      await attempt(hand, [errant], input);
      return;
    } catch (again) {
      return list(hand, errant, input, again);
    }
  }
  return list(hand, errant, input, error);
}

async function list(hand: Hand, errant: Errant, input: SalvageInput, error: unknown): Promise<void> {
  const because = refusalOf(
    error,
    errant.tx.changes.map(({ table }) => table),
  );
  if (because === undefined) throw error;
  const ruling: Ruling = {
    outcome: 'listed',
    because,
    detail: { error: String(error instanceof Error ? error.message : error) },
    writes: [],
    orderKey: '',
    orderId: '',
    keptOrderId: '',
  };
  // The ruling needs no look, and a look may be what the primary refuses.
  await attempt(hand, [errant], { ...input, decide: () => ruling }, []);
}

/** @param lookedUp whose rows are looked up and locked; none where `input.decide` reads no row */
async function attempt(
  hand: Hand,
  batch: readonly Errant[],
  input: SalvageInput,
  lookedUp = batch.map(({ tx }) => tx),
): Promise<void> {
  const [first, ...others] = batch.map(({ tx }) => tx.gtid);
  const what = `salvage ${first ?? ''}${others.length > 0 ? ` and ${others.length} after it` : ''}`;
  try {
    await decideAndWrite(hand, what, batch, input, lookedUp);
  } catch (error) {
    await rollBack(hand, error);
    throw error;
  }
}

/**
 * What an attempt wrote and locked must not outlive it: the next START TRANSACTION would commit it. Where the server did not answer, the
 * connection is reset already, and the transaction ends with it.
 */
async function rollBack({ line }: Hand, error: unknown): Promise<void> {
  const answered = error instanceof DatabaseError || !(error instanceof PortError && error.kind === 'unavailable');
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

async function decideAndWrite(
  { options, line }: Hand,
  what: string,
  batch: readonly Errant[],
  input: SalvageInput,
  lookedUp: readonly ErrantTransaction[],
): Promise<void> {
  const ask = (statements: readonly string[]) => line.ask(what, statements.join(';\n'), transactionMs);
  const looks = looksFor(options, lookedUp, input);
  const gtids = batch.map(({ tx }) => tx.gtid);
  const [opening = [], ...more] = pieces([
    ...sql.openTransaction(options, gtids, input.promotionPoint),
    ...looks.map(({ statement }) => statement),
  ]);
  const [guards, recorded, ...found] = await ask(opening);
  const guard = guards?.[0];
  requirePrimary(options, guard, input.epoch);
  const open = sql.stillOpen(textIn(guard, 'connection'));
  for (const piece of more) found.push(...(await ask([open, ...piece])));
  const had = new Set(recorded?.map((row) => textIn(row, 'gtid')));
  const fresh = batch.filter(({ tx }) => !had.has(tx.gtid));
  const rulings = decideAll(fresh, knownRows(looks, found, input), input.decide);
  const decided = fresh.flatMap(({ tx }, index): Decided[] => {
    const ruling = rulings[index];
    return ruling ? [{ tx, ruling }] : [];
  });
  const writes = sql.writes(
    options,
    input.shapes,
    rulings.flatMap((ruling) => ruling.writes),
  );
  requireFitting(writes, Number(textIn(guard, 'packet')));
  for (const piece of pieces([...writes, ...keepRecords(options, decided, input), 'COMMIT']))
    await ask([open, ...piece]);
}

/** Of a request; a packet of the server's holds at least twice as much by default. */
const pieceBytes = 512 * 1_024;
/** For the session's settings and the guard that come with it. */
const besideStatement = 2_000;

/** @throws TooLarge for a statement that no packet takes: the server would end the connection instead of answering */
function requireFitting(statements: readonly string[], packet: number): void {
  const longest = Math.max(0, ...statements.map((statement) => Buffer.byteLength(statement)));
  if (longest + besideStatement <= packet) return;
  throw new TooLarge(
    'refused',
    `a row needs a statement of ${longest} bytes, and the primary takes ${packet} (max_allowed_packet).`,
  );
}

/** Statements that are sent together, none of more bytes than a packet takes. */
function pieces(statements: readonly string[]): string[][] {
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

function requirePrimary({ region }: SalvageOptions, guard: Row | undefined, epoch: number): void {
  const isPrimary =
    textIn(guard, 'epoch') === String(epoch) && textIn(guard, 'region') === region && textIn(guard, 'readOnly') === '0';
  if (isPrimary) return;
  throw new PortError(
    'refused',
    `${region}'s database is not the writable primary of epoch ${epoch}, so nothing is salvaged into it.`,
  );
}
