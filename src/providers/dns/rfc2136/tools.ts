/** BIND's own programs, `dig` to ask and `nsupdate` to change: one attempt each, over TCP, signed with the key, which travels on stdin only. */
import { spawn } from 'node:child_process';
import { PortError } from '../../../ports/errors';
import { connectionFailed } from '../../http/connection-failed';
import { recordCall } from '../../http/call-log';
import { redactor } from '../../http/redact';

/** A name server and the TSIG key that it knows us by. */
export interface Server {
  host: string;
  port: number;
  key: { name: string; algorithm: string; /** base64 */ secret: string };
  timeoutMs: number;
  /** Aborted: programs still running are killed. */
  signal: AbortSignal;
}

export interface Said {
  /** null: it was killed. */
  code: number | null;
  /** Both streams, without the key. */
  text: string;
}

/** Asks `server`, and nobody behind it, for one set. */
export function dig(server: Server, name: string, type: string): Promise<Said> {
  const { host, port, key, timeoutMs } = server;
  const once = ['+tcp', '+tries=1', `+time=${timeoutMs / 1000}`, '+norecurse', '+nocookie'];
  const shape = ['+nocmd', '+noall', '+comments', '+answer', '+additional', '+nottlunits', '+noidnin', '+noidnout'];
  const question = `@${host} -y ${key.algorithm}:${key.name}:${key.secret} ${name} ${type}\n`;
  return run(server, 'dig', ['-r', '-p', String(port), ...once, ...shape, '-f', '-'], question);
}

/** Sends one UPDATE made of `lines`, in nsupdate's language. Nothing in them may hold a line break. */
export function nsupdate(server: Server, zone: string, lines: readonly string[]): Promise<Said> {
  const { host, port, key, timeoutMs } = server;
  const head = [`server ${host} ${port}`, `zone ${zone}`, `key ${key.algorithm}:${key.name} ${key.secret}`];
  const input = [...head, ...lines, 'send', ''].join('\n');
  return run(server, 'nsupdate', ['-v', '-t', String(timeoutMs / 1000)], input);
}

/** Finding the server's own name is within neither program's limit, so it is held to ours a moment later. */
const graceMs = 500;

function run({ host, key, timeoutMs, signal }: Server, command: string, args: string[], input: string): Promise<Said> {
  const who = `the name server ${host}`;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      signal,
      timeout: timeoutMs + graceMs,
      killSignal: 'SIGKILL',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.once('error', (error) => reject(failureOf(error, command, who, timeoutMs)));
    child.once('close', (code) => {
      recordCall(`${host} ${command}: ${code === 0 ? 'done' : 'not done'}`, started);
      resolve({ code, text: redactor([key.secret])(text) });
    });
    // A program that ends before it has read everything is judged by what it says.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function failureOf(error: Error, command: string, who: string, timeoutMs: number): PortError {
  if (error.name === 'AbortError') return connectionFailed(who, undefined, timeoutMs);
  const because = `${command} can't be run on this worker: install Debian's package bind9-dnsutils, which holds it.`;
  return new PortError('refused', because);
}
