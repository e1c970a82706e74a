/** The connections through which an adapter asks its server. */
import { connection, type Connection } from './connection';
import type { ServerOptions } from './options';

export interface Lines<O extends ServerOptions> {
  options: O;
  /** The server as sentences call it. */
  server: string;
  /** A wait has a connection of its own, so that it holds up no other question. */
  main: Connection;
  waiting: Connection;
  /** For what belongs to this server alone. */
  unlogged: Connection;
  timeoutMs: number;
  close: () => Promise<void>;
}

/** Connects when first asked and again after any failure. `session` is what each connection sets first. */
export function linesTo<O extends ServerOptions>(options: O, session?: string): Lines<O> {
  const timeoutMs = options.timeoutMs ?? 3_000;
  const server = `${options.region}'s database at ${options.host}:${options.port}`;
  const line = { ...options, server, timeoutMs, ...(session !== undefined && { session }) };
  const [main, waiting, unlogged] = [connection(line), connection(line), connection({ ...line, unlogged: true })];
  const close = () => {
    for (const each of [main, waiting, unlogged]) each.close();
    return Promise.resolve();
  };
  return { options, server, main, waiting, unlogged, timeoutMs, close };
}
