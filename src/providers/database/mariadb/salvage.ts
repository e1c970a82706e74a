import type { Row as Cells, Shapes } from '../../../domain/salvage/transaction';
import type { Look } from '../../../domain/salvage/entities/scene';
import type { Salvage, SalvageRecord } from '../../../ports/rejoin';
import { connection } from '../wire/connection';
import { settleEntities } from './entity-attempt';
import { Answers, questionsFor } from './entity-looks';
import type { SalvageOptions } from './options';
import { inRecords, isOfFormerForm, openQueries, recordColumns, requireReadable } from './records-place';
import { prepareRecords, recordOf, recordsQuery } from './salvage-records';
import { heldLines, inSession, pieces, transactionMs, type Hand } from './salvage-transaction';
import { knownOf } from './rows';
import { shapesOf, textIn as text } from './shapes';
import { shapesQuery } from './shapes-query';
import { known } from './statements';

/** Salvage into MariaDB, over connections of its own: one for what is only read, and one for each transaction. */
export function mariadbSalvage(options: SalvageOptions): Salvage & { close: () => Promise<void> } {
  const server = `${options.region}'s database at ${options.host}:${options.port}`;
  const timeoutMs = options.timeoutMs ?? 5_000;
  const opened = () => inSession(connection({ ...options, server, timeoutMs }));
  const [line, held] = [opened(), heldLines(opened)];
  const hand: Hand = { options, line };
  return {
    known: async () => knownOf((await line.ask('tell all it has had', known))[0]?.[0]),
    shapes: async () => {
      const described = await line.ask('describe its tables', shapesQuery(options.database), transactionMs);
      return shapesOf(options.database, described);
    },
    records: (promotionPoint) => recordsOf(hand, promotionPoint),
    open: () => openItems(hand),
    prepare: () => prepareRecords(hand),
    look: (looks, shapes) => look(hand, looks, shapes),
    settle: (some, input) => held.hold((own) => settleEntities({ options, line: own }, some, input)),
    close: () => {
      held.close();
      line.close();
      return Promise.resolve();
    },
  };
}

async function look({ options, line }: Hand, looks: readonly Look[], shapes: Shapes): Promise<(readonly Cells[])[]> {
  const answers = new Answers();
  const questions = questionsFor(options, looks, shapes);
  for (const piece of questions.length === 0 ? [] : pieces(questions.map(({ statement }) => statement))) {
    const found = await line.ask('look up rows', piece.join(';\n'), transactionMs);
    const asked = questions.filter(({ statement }) => piece.includes(statement));
    asked.forEach(({ shape }, index) => {
      answers.add(shape, found[index] ?? []);
    });
  }
  return looks.map((each) => answers.rows(each));
}

async function recordsOf({ options, line }: Hand, promotionPoint: string): Promise<SalvageRecord[]> {
  const ask = (table: string, isPresentForm: boolean) =>
    line.ask('list what was salvaged', recordsQuery(table, promotionPoint, isPresentForm), transactionMs);
  const query = async (table: string) => {
    try {
      return await ask(table, true);
    } catch (error) {
      if (isOfFormerForm(error)) return ask(table, false);
      throw error;
    }
  };
  const [rows = []] = (await inRecords(options, query)) ?? [];
  return rows.map(recordOf);
}

/** Also those in a table of an earlier version. */
async function openItems({ options, line }: Hand): Promise<number> {
  await requireReadable(line, options);
  const described = await line.ask('describe its records', recordColumns(options));
  const queries = openQueries(options, described);
  if (queries.length === 0) return 0;
  const counts = await line.ask('count what is left to a person', queries.join('; '), transactionMs);
  return counts.reduce((sum, [row]) => sum + Number(text(row, 'open')), 0);
}
