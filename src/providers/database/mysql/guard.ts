/**
 * A guard that the server itself evaluates. MySQL has no anonymous block, so a guard is the first statement of one packet: the server carries out
 * the statements of a packet in their order and leaves out all that follow the first that fails (9.7). A late packet of an older epoch
 * therefore changes nothing, and a server that has just been seeded needs no program of handover's to be safe.
 */
import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { Row, Connection } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import { quoted } from '../mariadb/statements';
import type { ServerOptions } from '../wire/options';

/** A subquery gave two rows: how a guard fails, since SIGNAL can't stand outside of a program. */
const twoRows = 1242;
const noTable = 1146;

export interface Guard {
  /** An SQL condition; what follows is carried out only while it holds. */
  holds: string;
  /** Why not, as a part of a sentence. */
  otherwise: string;
}

interface Guarded {
  what: string;
  guards: readonly Guard[];
  /** What the guards let through. */
  statement: string;
  limitMs?: number;
  secret?: true;
}

/** The first statements of a packet; NULL does not hold. */
const statementOf = ({ holds }: Guard): string => `DO (SELECT IF(${holds}, 0, (SELECT 1 UNION SELECT 2)))`;

/** @throws PortError refused, with what does not hold */
export async function askGuarded(line: Connection, server: string, asked: Guarded): Promise<Row[][]> {
  const { what, guards, statement, limitMs } = asked;
  const ask = asked.secret ? line.askWithSecret : line.ask;
  try {
    return await ask(what, [...guards.map(statementOf), statement].join(';\n'), limitMs);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.errno !== twoRows) throw error;
    throw new PortError(
      'refused',
      `${server} refused to ${what}: ${guards.map(({ otherwise }) => otherwise).join(', or ')}.`,
    );
  }
}

export const isWithoutTable = (error: unknown): boolean => error instanceof DatabaseError && error.errno === noTable;

export const epochTable = ({ database }: Pick<ServerOptions, 'database'>): string =>
  `${quoted(database)}.handover_epoch`;

/** A scalar of the site's row; NULL for none. */
const held = (options: ServerOptions, column: 'epoch' | 'region'): string =>
  format(`(SELECT ${column} FROM ${epochTable(options)} WHERE site = ?)`, [options.site]);

/** Not the primary of `epoch` or a later one. */
export const isOver = (options: ServerOptions, epoch: number): Guard => ({
  holds: format(`NOT COALESCE(${held(options, 'region')} = ? AND ${held(options, 'epoch')} >= ?, FALSE)`, [
    options.region,
    epoch,
  ]),
  otherwise: `it is the primary ${options.region} of epoch ${epoch} or a later one`,
});

/** Its own row names this region as the primary of `epoch`. */
export const isPrimaryOf = (options: ServerOptions, epoch: number): Guard => ({
  holds: format(`${held(options, 'region')} = ? AND ${held(options, 'epoch')} = ?`, [options.region, epoch]),
  otherwise: `its epoch row does not name ${options.region} as primary of epoch ${epoch}`,
});

/** Neither a later epoch nor another region's. */
export const isOpenTo = (options: ServerOptions, { epoch, region }: { epoch: number; region: string }): Guard => ({
  holds: format(
    `COALESCE(${held(options, 'epoch')} < ? OR (${held(options, 'epoch')} = ? AND ${held(options, 'region')} = ?), TRUE)`,
    [epoch, epoch, region],
  ),
  otherwise: `its epoch row already names epoch ${epoch} or a higher one, for another transfer`,
});

/** Not yet the primary of `epoch`. */
export const isBefore = (options: ServerOptions, epoch: number): Guard => ({
  holds: `COALESCE(${held(options, 'epoch')} < ${epoch}, TRUE)`,
  otherwise: `it is in epoch ${epoch} or a later one already`,
});

export const isWritable: Guard = { holds: '@@global.read_only = 0', otherwise: 'it is read-only' };
