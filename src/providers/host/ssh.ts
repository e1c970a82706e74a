import { PortError, sentenceOf } from '../../ports/errors';
import type { CommandResult, Host } from '../../ports/ports';
import { withTimeout } from '../kit/timeout';
import { type Collecting, exec } from './channel';
import { close, connect, type Connection, type SshOptions } from './connection';
import { ending } from './ending';

/** How long a caller whose time is over waits for the end of its command; after that it is ended behind the caller's back. */
const graceMs = 1_000;

type RunOptions = Parameters<Host['run']>[1];

/** A host over ssh. One connection serves all commands; it is opened when first asked and again after any failure. */
export function ssh(options: SshOptions): Host {
  let current: Promise<Connection> | undefined;
  let running = 0;

  function forget(opening: Promise<Connection> | undefined): void {
    if (current === opening) current = undefined;
  }

  function drop(opening: Promise<Connection>): void {
    forget(opening);
    const idle = opening.then((connection) => Promise.all(connection.endings).then(() => connection));
    idle.then(close).catch(() => undefined);
  }

  function opened(): Promise<Connection> {
    if (current !== undefined) return current;
    const opening = connect(options, () => drop(opening));
    opening.catch(() => drop(opening));
    return (current = opening);
  }

  return {
    run: async (command, given) => {
      const opening = opened();
      running += 1;
      try {
        return await runOn(opening, command, given, options);
      } catch (error) {
        // A silent connection is not trusted again, unless others are still at work on it.
        if (running === 1) drop(opening);
        throw error;
      } finally {
        running -= 1;
      }
    },
    close: () => {
      current?.then(close).catch(() => undefined);
      forget(current);
      return Promise.resolve();
    },
  };
}

/** The first line of a command, so that a sentence stays one. */
const brief = (command: string) => `"${(command.trim().split('\n')[0] ?? '').slice(0, 80)}"`;

async function runOn(opening: Promise<Connection>, command: string, given: RunOptions, options: SshOptions) {
  const host = `${options.region}'s host ${options.address}`;
  let started: { connection: Connection; command: Collecting } | undefined;
  const limit = limited(given, `${host} was asked to run ${brief(command)}`);
  const begin = async (connection: Connection): Promise<CommandResult> => {
    // Nothing is started for a caller who has left.
    if (limit.over()) return limit.reached;
    const asking = { ...given, host: `${host}, while it ran ${brief(command)},` };
    started = { connection, command: await exec(connection.client, command, asking) };
    return started.command.result;
  };
  const answer = opening.then((connection) =>
    connection
      .inTurn(() => begin(connection))
      .catch((error: unknown) => {
        if (error instanceof PortError) throw error;
        throw new PortError('unavailable', `${host} did not start ${brief(command)}: ${sentenceOf(error)}.`);
      }),
  );
  try {
    return await Promise.race([answer, limit.reached]);
  } catch (error) {
    answer.catch(() => undefined);
    if (started !== undefined) await abandon(started.connection, options, started.command);
    throw error;
  } finally {
    limit.end();
  }
}

async function abandon(connection: Connection, options: SshOptions, command: Collecting): Promise<void> {
  const ended = ending(connection, options, command);
  connection.endings.add(ended);
  void ended.finally(() => connection.endings.delete(ended));
  await withTimeout(graceMs, ended, 'it goes on').catch(() => undefined);
}

/** `reached` rejects when time is over or the caller aborts. */
function limited({ timeoutMs, signal }: RunOptions, asked: string) {
  let over = false;
  let giveUp = (_because: string): void => undefined;
  const reached = new Promise<never>((_resolve, reject) => {
    giveUp = (because) => {
      over = true;
      reject(new PortError('unavailable', `${asked} and ${because}.`));
    };
  });
  const abort = () => giveUp('was told to stop before it was done');
  const timer = setTimeout(() => giveUp(`was not done within ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { reached, end, over: () => over };
}
