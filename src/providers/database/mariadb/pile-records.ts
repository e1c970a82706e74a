/** How the records of items for a person are read and closed. The values of customers are in `detail` alone. */
import { format } from 'mysql2/promise';
import type { PileItem } from '../../../domain/salvage/pile';
import type { DecideInput } from '../../../ports/pile';
import type { Row } from '../wire/connection';
import { textIn } from './shapes';

const named = `CAST(number AS CHAR) AS number, gtid, because, promotion_point AS promotionPoint, epoch, outcome,
  CAST(salvaged_at AS CHAR) AS recordedAt, decision, decided_by AS decidedBy, decided_because AS decidedBecause,
  CAST(decided_at AS CHAR) AS decidedAt, decided_key AS decidedKey`;

export const itemsQuery = (table: string): string =>
  `SELECT ${named} FROM ${table} WHERE outcome = 'listed' ORDER BY number`;

/** @param suffix `FOR UPDATE`, or nothing */
export const itemQuery = (table: string, number: number, suffix = ''): string =>
  format(`SELECT ${named}, detail FROM ${table} WHERE number = ? AND outcome = 'listed' ${suffix}`, [number]);

export const closeItem = (table: string, number: number, { what, by, because, key }: DecideInput): string =>
  format(
    `UPDATE ${table} SET decision = ?, decided_by = ?, decided_because = ?, decided_key = ?, decided_at = UTC_TIMESTAMP(6)
     WHERE number = ? AND decision IS NULL`,
    [what, by.slice(0, 200), because.slice(0, 1_000), key.slice(0, 200), number],
  );

/** Whole seconds. */
const momentIn = (row: Row, name: string) => textIn(row, name).slice(0, 19);

export function itemOf(row: Row): PileItem {
  const decision = textIn(row, 'decision');
  return {
    number: Number(textIn(row, 'number')),
    thing: textIn(row, 'gtid'),
    because: textIn(row, 'because'),
    promotionPoint: textIn(row, 'promotionPoint'),
    epoch: Number(textIn(row, 'epoch')),
    recordedAt: momentIn(row, 'recordedAt'),
    ...(decision !== '' && {
      decision: {
        what: decision === 'applied' ? ('applied' as const) : ('dismissed' as const),
        by: textIn(row, 'decidedBy'),
        because: textIn(row, 'decidedBecause'),
        at: momentIn(row, 'decidedAt'),
      },
    }),
  };
}

export const decidedKeyIn = (row: Row): string => textIn(row, 'decidedKey');

export function detailOf(row: Row): unknown {
  try {
    return JSON.parse(textIn(row, 'detail') || '{}');
  } catch {
    return {};
  }
}
