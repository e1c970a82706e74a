/** The rows of an item under lock, and the SQL that takes the deposed region's version of it. */
import { applying, looksOf } from '../../../domain/salvage/entities/applying';
import { keyedShapes, shopTablesOf, type ShopWords } from '../../../domain/salvage/entities/tables';
import { inSafeOrder } from '../../../domain/salvage/entities/write-order';
import type { Version } from '../../../domain/salvage/version';
import type { Row } from '../wire/connection';
import { Answers, questionsFor } from './entity-looks';
import * as sql from './salvage-statements';
import { pieces, requireFitting, transactionMs, type Hand } from './salvage-transaction';
import { shapesOf, textIn } from './shapes';
import { shapesQuery } from './shapes-query';

/** Within the open transaction of `hand`. Where something changed nothing must be written. */
export async function versionWrites(
  { options, line }: Hand,
  version: Version,
  shop: ShopWords,
  guard: Row | undefined,
) {
  const ask = (what: string, statement: string) => line.ask(what, statement, transactionMs);
  const open = sql.stillOpen(guard);
  const described = await ask('describe its tables', `${open};\n${shapesQuery(options.database)}`);
  const shapes = keyedShapes(shapesOf(options.database, described), shop);
  const tables = shopTablesOf(shapes, shop);
  const questions = questionsFor(options, looksOf(version, tables), shapes, 'FOR UPDATE');
  const answers = new Answers();
  const rows: Row[][] = [];
  for (const piece of pieces(questions.map(({ statement }) => statement)))
    if (piece.length > 0) rows.push(...(await ask('lock the rows of an item', [open, ...piece].join(';\n'))));
  questions.forEach(({ shape }, index) => {
    answers.add(shape, rows[index] ?? []);
  });
  const { changed, writes } = applying(version, { tables, rows: (look) => answers.rows(look) });
  const ordered = inSafeOrder(writes, shapes);
  const statements = ordered.flatMap((write) =>
    sql.writes(options, shapes, [write]).map((statement) => ({ table: write.table, statement })),
  );
  requireFitting(
    statements.map(({ statement }) => statement),
    Number(textIn(guard, 'packet')),
  );
  return { changed, writes: statements };
}
