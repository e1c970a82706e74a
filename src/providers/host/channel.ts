import { constants } from 'node:os';
import type { ClientChannel } from 'ssh2';
import { PortError } from '../../ports/errors';
import type { CommandResult } from '../../ports/ports';

/** More output than this is not an answer to any of our questions. */
const outputLimit = 16 * 1024 * 1024;

/** Makes a command tell its process group, as the first line of its errors; `collect` takes that line out again. */
export const telling = (command: string): string => `echo $$ >&2\n${command}`;

export interface Collecting {
  channel: ClientChannel;
  /** The process group, as soon as the command has told it. */
  group: Promise<number>;
  result: Promise<CommandResult>;
}

/**
 * Sends `stdin`, and gives all that the command wrote as soon as it has ended; a command ended by a signal has 128 + its number.
 * `host` begins the sentence when it can't.
 */
export function collect(
  channel: ClientChannel,
  { stdin, onProgress }: { stdin?: string; onProgress?: (line: string) => void },
  host: string,
): Collecting {
  const [output, errors] = [text(onProgress), text()];
  let code: number | undefined;
  channel.on('data', output.add);
  channel.stderr.on('data', errors.add);
  const group = new Promise<number>((resolve) => {
    channel.stderr.on('data', () => {
      const told = groupLine.exec(errors.all())?.[1];
      if (told !== undefined) resolve(Number(told));
    });
  });
  channel.on('exit', (exit: number | null, signal?: string) => {
    code = exit ?? 128 + numberOf(signal);
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    channel.on('error', (error: Error) =>
      reject(new PortError('unavailable', `${host} lost the connection: ${error.message}.`)),
    );
    channel.on('close', () => {
      if (code === undefined) {
        reject(new PortError('unavailable', `${host} ended without an exit code.`));
      } else if (output.overfull() || errors.overfull()) {
        reject(new PortError('garbage', `${host} returned more than ${outputLimit} characters.`));
      } else {
        resolve({ code, stdout: output.all(), stderr: errors.all().replace(groupLine, '') });
      }
    });
  });
  // Whoever runs the command hears of it; before that it is nobody's unhandled failure.
  result.catch(() => undefined);
  channel.end(stdin ?? '');
  return { channel, result, group };
}

const groupLine = /^(\d+)\n/;

function numberOf(signal = ''): number {
  const found = Object.entries(constants.signals).find(([name]) => name === `SIG${signal.replace(/^SIG/, '')}`);
  return found?.[1] ?? 0;
}

/** A carriage return at the end stays until it is known what follows. */
function withoutOverwritten(gathered: string): string {
  return gathered.replace(/[^\r\n]*\r(?=[^\r\n])/g, '');
}

/**
 * Gathers pieces of UTF-8, and hands on each whole line, ended by a line feed or a carriage return. What is handed on and then overwritten, as
 * on a terminal, is not gathered: the progress of a long copy is longer than any answer.
 */
function text(onLine?: (line: string) => void) {
  const decoder = new TextDecoder();
  let gathered = '';
  let rest = '';
  const add = (piece: Buffer) => {
    const more = decoder.decode(piece, { stream: true });
    const isReturned = gathered.endsWith('\r') || more.includes('\r');
    if (gathered.length <= outputLimit) gathered += more;
    if (onLine && isReturned) gathered = withoutOverwritten(gathered);
    const lines = (rest + more).split(/[\r\n]+/);
    rest = onLine ? (lines.pop() ?? '') : '';
    for (const line of lines) if (line !== '') onLine?.(line);
  };
  return { add, overfull: () => gathered.length > outputLimit, all: () => gathered };
}
