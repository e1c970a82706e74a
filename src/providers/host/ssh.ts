import { asClause, sentenceOf } from '../../domain/sentence';
import { PortError } from '../../ports/errors';
import type { CommandResult, Host } from '../../ports/ports';
import { withTimeout } from '../kit/timeout';
import { type Collecting, exec } from './channel';
import { close, connect, type Connection, isFull, type SshOptions } from './connection';
import { connections, type Connections } from './connections';
import { ending } from './ending';

/** How long a caller whose time is over waits for the end of its command; after that it is ended behind the caller's back. */
const graceMs = 1_000;

type RunOptions = Parameters<Host['run']>[1];

/** A host over ssh. One connection serves all commands, as long as sshd lets it; it is opened when first asked and again after any failure. */
export function ssh(options: SshOptions): Host {
  const lines = connections<Connection>({
    open: (lost) => connect(options, lost),
    retire: (connection) => void Promise.all(connection.endings).then(() => close(connection)),
    isFull,
  });
  return {
    run: (command, given) => runOn(lines, command, given, options),
    close: () => {
      for (const opening of lines.takeAll()) opening.then(close).catch(() => undefined);
      return Promise.resolve();
    },
  };
}

/** The first line of a command, so that a sentence stays one. */
const brief = (command: string) => `"${(command.trim().split('\n')[0] ?? '').slice(0, 80)}"`;

const refused = 'its sshd refused it a session (MaxSessions in sshd_config, 10 by default)';

/** Where a command is. */
interface Errand {
  connection?: Connection | undefined;
  /** It was sent; sshd may still refuse it. */
  command?: Promise<Collecting> | undefined;
  /** Whether sshd refused it at least once. */
  isRefused: boolean;
}

async function runOn(lines: Connections<Connection>, command: string, given: RunOptions, options: SshOptions) {
  const host = `${options.region}'s host ${options.address}`;
  const at: Errand = { isRefused: false };
  const refusal = () => (at.isRefused && !at.command ? `: ${refused}` : '');
  const limit = limited(given, `${host} was asked to run ${brief(command)}`, refusal);
  const begin = async (connection: Connection): Promise<CommandResult> => {
    // Nothing is started for a caller who has left.
    if (limit.over()) return limit.reached;
    moveTo(connection, at);
    const asking = { ...given, host: `${host}, while it ran ${brief(command)},` };
    at.command = exec(connection.client, command, asking);
    const { result } = await at.command.catch((error: unknown) => {
      at.command = undefined;
      at.isRefused ||= isFull(error);
      throw error;
    });
    return result;
  };
  const answer = lines.run(begin).catch((error: unknown) => {
    if (at.command) throw error;
    const because = asClause(sentenceOf(error));
    if (error instanceof PortError) throw new PortError(error.kind, `${because}${refusal()}.`);
    throw new PortError('unavailable', `${host} did not start ${brief(command)}${refusal() || `: ${because}`}.`);
  });
  try {
    return await Promise.race([answer, limit.reached]);
  } catch (error) {
    answer.catch(() => undefined);
    if (at.connection && at.command) await abandon(at.connection, options, at.command);
    // A silent connection is not trusted again, unless others are still at work on it.
    if (at.connection?.callers.size === 1) lines.drop(at.connection);
    throw error;
  } finally {
    limit.end();
    at.connection?.callers.delete(at);
  }
}

function moveTo(connection: Connection, at: Errand): void {
  at.connection?.callers.delete(at);
  at.connection = connection;
  connection.callers.add(at);
}

async function abandon(connection: Connection, options: SshOptions, command: Promise<Collecting>): Promise<void> {
  const ended = ending(connection, options, command);
  connection.endings.add(ended);
  void ended.finally(() => connection.endings.delete(ended));
  await withTimeout(graceMs, ended, 'it goes on').catch(() => undefined);
}

/** `reached` rejects when time is over or the caller aborts; `more` ends the sentence. */
function limited({ timeoutMs, signal }: RunOptions, asked: string, more: () => string) {
  let over = false;
  let giveUp = (_because: string): void => undefined;
  const reached = new Promise<never>((_resolve, reject) => {
    giveUp = (because) => {
      over = true;
      reject(new PortError('unavailable', `${asked} and ${because}${more()}.`));
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
