import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import type { FailureKind } from '../../domain/failure';
import { asClause } from '../../domain/sentence';
import { PortError } from '../../ports/errors';
import type { CommandResult } from '../../ports/ports';

/** More output than this is not an answer to any of our questions. */
const outputLimit = 16 * 1024 * 1024;

/** The group of the shell; behind a wrapper (ForceCommand of sshd_config) it is the wrapper's. Without /proc it is taken for the shell's own. */
const groupOfShell = '$(read -r pid name state parent group rest < /proc/$$/stat; echo ${group:-$$})';

/**
 * Makes a command tell where its output and its errors begin, and its process group; `collect` takes out what stands before. A login shell may
 * write there too: a greeting, a warning of the locale. Errors first: a login may send them to the output.
 */
const telling = (command: string, mark: string): string =>
  `handover_group=${groupOfShell}; echo '${mark} errors' $handover_group >&2; echo '${mark} output' $handover_group\n${command}`;

export interface Collecting {
  channel: ClientChannel;
  /** The process group, as soon as the command has told it. */
  group: Promise<number>;
  result: Promise<CommandResult>;
}

/** `host` begins each sentence; `onProgress` gets each line of the output. */
export interface Asking {
  host: string;
  stdin?: string;
  onProgress?: (line: string) => void;
}

/**
 * Starts `command` and gives all that it wrote as soon as it has ended; a command ended by a signal has 128 + its number. A process that was
 * busy reads start, output and exit code of a short command all at once, so the collecting begins within the call that tells of the start:
 * what is told before anybody listens is lost.
 */
export function exec(client: Client, command: string, asking: Asking): Promise<Collecting> {
  const mark = `handover ${randomUUID()}`;
  return new Promise((resolve, reject) => {
    client.exec(telling(command, mark), (error, channel) => {
      if (error) reject(error);
      else resolve(collect(channel, mark, asking));
    });
  });
}

function collect(channel: ClientChannel, mark: string, { host, stdin, onProgress }: Asking): Collecting {
  const output = behind(new RegExp(`${mark} output (\\d+)\\n`), onProgress);
  const errors = behind(new RegExp(`${mark} errors (\\d+)\\n`));
  let code: number | undefined;
  channel.on('data', output.add);
  channel.stderr.on('data', errors.add);
  channel.on('exit', (exit: number | null, signal?: string) => {
    code = exit ?? 128 + numberOf(signal);
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    const fail = (kind: FailureKind, what: string) => reject(new PortError(kind, `${host} ${what}`));
    channel.on('error', (error: Error) => fail('unavailable', `lost the connection: ${asClause(error.message)}.`));
    channel.on('close', () => {
      if (code === undefined) fail('unavailable', 'ended without an exit code.');
      else if (output.overfull() || errors.overfull()) fail('garbage', `returned more than ${outputLimit} characters.`);
      else if (!output.hasBegun() && errors.hasBegun())
        fail(
          'garbage',
          'gave no output, not even its beginning: something in the login (such as .bashrc) sends it elsewhere.',
        );
      else if (!output.hasBegun()) fail('unavailable', notBegun(code, output.before()));
      else resolve({ code, stdout: output.all(), stderr: errors.all() });
    });
  });
  // Whoever runs the command hears of it; before that it is nobody's unhandled failure.
  result.catch(() => undefined);
  channel.end(stdin ?? '');
  return { channel, result, group: Promise.race([output.begun, errors.begun]).then(([, group]) => Number(group)) };
}

function notBegun(code: number, said: string): string {
  const words = asClause(said.replace(/\s+/g, ' ')).slice(0, 200);
  return `ended with exit code ${code} before the command had begun${words === '' ? '' : ` and said: ${words}`}.`;
}

function numberOf(signal = ''): number {
  const found = Object.entries(constants.signals).find(([name]) => name === `SIG${signal.replace(/^SIG/, '')}`);
  return found?.[1] ?? 0;
}

/** A carriage return at the end stays until it is known what follows. */
function withoutOverwritten(gathered: string): string {
  return gathered.replace(/[^\r\n]*\r(?=[^\r\n])/g, '');
}

/** Gathers pieces of UTF-8 behind the first match of `mark`, and those before it apart. */
function behind(mark: RegExp, onLine?: (line: string) => void) {
  const decoder = new TextDecoder();
  const gathered = text(onLine);
  let before = '';
  let isBegun = false;
  let begin = (_found: RegExpExecArray): void => undefined;
  const begun = new Promise<RegExpExecArray>((resolve) => (begin = resolve));
  const add = (piece: Buffer) => {
    const more = decoder.decode(piece, { stream: true });
    if (!isBegun && before.length <= outputLimit) before += more;
    const found = isBegun ? null : mark.exec(before);
    if (isBegun) gathered.add(more);
    else if (found !== null) {
      isBegun = true;
      begin(found);
      gathered.add(before.slice(found.index + found[0].length));
    }
  };
  const overfull = () => before.length > outputLimit || gathered.overfull();
  return { add, overfull, begun, hasBegun: () => isBegun, before: () => before, all: gathered.all };
}

/**
 * Gathers text, and hands on each whole line, ended by a line feed or a carriage return. What is handed on and then overwritten, as
 * on a terminal, is not gathered: the progress of a long copy is longer than any answer.
 */
function text(onLine?: (line: string) => void) {
  let gathered = '';
  let rest = '';
  const add = (more: string) => {
    const isReturned = gathered.endsWith('\r') || more.includes('\r');
    if (gathered.length <= outputLimit) gathered += more;
    if (onLine && isReturned) gathered = withoutOverwritten(gathered);
    const lines = (rest + more).split(/[\r\n]+/);
    rest = onLine ? (lines.pop() ?? '') : '';
    for (const line of lines) if (line !== '') onLine?.(line);
  };
  return { add, overfull: () => gathered.length > outputLimit, all: () => gathered };
}
