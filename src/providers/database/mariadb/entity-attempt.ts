/** Decides about several entities on locked rows, and carries the rulings out in one SQL transaction with a record each. */
import { decide } from '../../../domain/salvage/entities/decide';
import { shownName, type Found } from '../../../domain/salvage/entities/gather';
import { looksFor } from '../../../domain/salvage/entities/looks';
import type { Scene } from '../../../domain/salvage/entities/scene';
import { inSafeOrder } from '../../../domain/salvage/entities/write-order';
import type { Ruling } from '../../../domain/salvage/ruling';
import type { EarlierRecord, EntityInput } from '../../../ports/rejoin';
import type { Row } from '../wire/connection';
import { Answers, questionsFor } from './entity-looks';
import { entityKey, keepEntityRecords, type Settled } from './entity-records';
import { rivalsOf } from './entity-rivals';
import { CameMeanwhile, isDivisible, isDuplicate, isLocked, refusalOf, withoutValues } from './salvage-refusals';
import * as sql from './salvage-statements';
import { pieces, requireFitting, requirePrimary, rollBack, transactionMs, type Hand } from './salvage-transaction';
import { textIn } from './shapes';

/** `record` is the last one of a thing that is decided again. */
type Decider = (found: Found, answers: Answers, record?: EarlierRecord) => Ruling;

/** @throws PortError with nothing written and no transaction left open; its sentence holds no value of the shop's */
export async function settleEntities(hand: Hand, batch: readonly Found[], input: EntityInput): Promise<Settled[]> {
  try {
    return await settleAll(hand, batch, input);
  } catch (error) {
    throw withoutValues(error, `salvage ${batch[0] ? shownName(batch[0]) : ''} and what follows it`);
  }
}

/** The shop holds a lock for milliseconds, so a batch that met one is tried again before it is halved. */
const triesAtLocks = 3;

/** A batch that fails for its data or for locks is halved until the entity is found that the primary can't take; that one is listed. */
async function settleAll(hand: Hand, batch: readonly Found[], input: EntityInput, tries = 1): Promise<Settled[]> {
  const [first] = batch;
  if (!first) return [];
  try {
    return await attempt(hand, batch, input, decider(input));
  } catch (error) {
    if (error instanceof CameMeanwhile && tries < triesAtLocks) return settleAll(hand, batch, input, tries + 1);
    if (batch.length === 1) return settleAlone(hand, first, input, error);
    if (!isDivisible(error)) throw error;
    if (isLocked(error) && tries < triesAtLocks) return settleAll(hand, batch, input, tries + 1);
    const middle = Math.ceil(batch.length / 2);
    const before = await settleAll(hand, batch.slice(0, middle), input);
    return [...before, ...(await settleAll(hand, batch.slice(middle), input))];
  }
}

const decider =
  ({ scene, obstacle, again }: EntityInput): Decider =>
  (found, answers, record) => {
    const because = obstacle(found);
    if (because !== undefined) return refused(because, {});
    const sight: Scene = { ...scene, rows: (look) => answers.rows(look) };
    return (record && again?.rule(found, sight, record)) ?? decide(found, sight);
  };

const refused = (because: string, detail: NonNullable<Ruling['detail']>): Ruling => ({
  outcome: 'listed',
  because,
  detail,
  writes: [],
  orderKey: '',
  orderId: '',
  keptOrderId: '',
});

/** `error` is what its first attempt ended with. */
async function settleAlone(hand: Hand, found: Found, input: EntityInput, error: unknown): Promise<Settled[]> {
  if (isDuplicate(error)) {
    try {
      return await attempt(hand, [found], input, decider(input));
    } catch (again) {
      return list(hand, found, input, again);
    }
  }
  return list(hand, found, input, error);
}

async function list(hand: Hand, found: Found, input: EntityInput, error: unknown): Promise<Settled[]> {
  const tables = found.theirs.map(({ table }) => table);
  const because = refusalOf(error, tables);
  if (because === undefined) throw error;
  const detail = { error: String(error instanceof Error ? error.message : error) };
  // The ruling needs no look, and a look may be what the primary refuses.
  return attempt(hand, [found], input, () => refused(`${shownName(found)}: ${because}`, detail), false);
}

async function attempt(
  hand: Hand,
  batch: readonly Found[],
  input: EntityInput,
  decideOn: Decider,
  isLookedUp = true,
): Promise<Settled[]> {
  const first = batch[0] ? shownName(batch[0]) : '';
  const what = `salvage ${first}${batch.length > 1 ? ` and ${batch.length - 1} after it` : ''}`;
  try {
    return await decideAndWrite(hand, what, batch, input, decideOn, isLookedUp);
  } catch (error) {
    await rollBack(hand, error);
    throw error;
  }
}

async function decideAndWrite(
  { options, line }: Hand,
  what: string,
  batch: readonly Found[],
  input: EntityInput,
  decideOn: Decider,
  isLookedUp: boolean,
): Promise<Settled[]> {
  const ask = (statements: readonly string[]) => line.ask(what, statements.join(';\n'), transactionMs);
  const { shapes } = input.scene.tables;
  const looks = isLookedUp ? batch.flatMap((found) => looksFor(found, input.scene)) : [];
  const questions = questionsFor(options, looks, shapes, 'FOR UPDATE');
  const [opening = [], ...more] = pieces([
    ...sql.openTransaction(options, batch.map(entityKey), input.promotionPoint),
    ...questions.map(({ statement }) => statement),
  ]);
  const [guards, recorded, ...found] = await ask(opening);
  const guard = guards?.[0];
  requirePrimary(options, guard, input.epoch);
  const open = sql.stillOpen(guard);
  for (const piece of more) found.push(...(await ask([open, ...piece])));
  const ruled = decided(meant(batch, recorded, input), answersOf(questions, found), decideOn);
  const settled = ruled.filter(({ ruling }) => input.isLast || !ruling.again);
  const writes = sql.writes(
    options,
    shapes,
    inSafeOrder(
      settled.flatMap(({ ruling }) => ruling.writes),
      shapes,
    ),
  );
  requireFitting(writes, Number(textIn(guard, 'packet')));
  const inside = (statements: readonly string[]) => ask([open, ...statements]);
  await commit([...writes, ...keepEntityRecords(options, settled, input)], rivalsOf(options, settled, input), inside);
  return ruled;
}

/** @throws CameMeanwhile with nothing committed */
async function commit(
  writes: readonly string[],
  { statements, requireNone }: ReturnType<typeof rivalsOf>,
  ask: (statements: readonly string[]) => Promise<Row[][]>,
): Promise<void> {
  const isSure = statements.length === 0;
  const answers: Row[][] = [];
  for (const piece of pieces([...writes, ...(isSure ? ['COMMIT'] : statements)])) answers.push(...(await ask(piece)));
  if (isSure) return;
  requireNone(answers.slice(-statements.length));
  await ask(['COMMIT']);
}

function answersOf(questions: ReturnType<typeof questionsFor>, found: readonly Row[][]): Answers {
  const answers = new Answers();
  questions.forEach(({ shape }, index) => {
    answers.add(shape, found[index] ?? []);
  });
  return answers;
}

interface Meant {
  found: Found;
  turn: number;
  record?: EarlierRecord;
}

/** Those without a record, or whose last record is the one that `again` names. */
function meant(batch: readonly Found[], records: readonly Row[] = [], { again }: EntityInput): Meant[] {
  const last = new Map(records.map((row) => [textIn(row, 'gtid'), row]));
  return batch.flatMap((found): Meant[] => {
    const row = last.get(entityKey(found));
    if (!row) return again ? [] : [{ found, turn: 0 }];
    if (again?.recordedUpTo !== textIn(row, 'upTo')) return [];
    const record = { number: textIn(row, 'number'), outcome: textIn(row, 'outcome') as EarlierRecord['outcome'] };
    return [{ found, turn: Number(textIn(row, 'turn')) + 1, record }];
  });
}

/** Entities share no row that is decided on, so each is decided on the rows as they were found. */
const decided = (batch: readonly Meant[], answers: Answers, decideOn: Decider): Settled[] =>
  batch.map(({ found, turn, record }) => ({ found, turn, ruling: decideOn(found, answers, record) }));
