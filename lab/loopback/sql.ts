import { createConnection, type ConnectionOptions } from 'mysql2/promise';

/** Runs one or several statements over a connection of their own; the rows of a single SELECT. */
export async function query(login: ConnectionOptions, statement: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection({ ...login, multipleStatements: true });
  try {
    const [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  } finally {
    connection.destroy();
  }
}

/** A server listens at its address a moment before it does on its socket, where a killed one leaves its own behind. */
export const listens = (socketPath: string): Promise<boolean> =>
  query({ socketPath, user: 'root' }, 'DO 0').then(
    () => true,
    (error: unknown) => !['ECONNREFUSED', 'ENOENT'].includes((error as { code?: string }).code ?? ''),
  );
