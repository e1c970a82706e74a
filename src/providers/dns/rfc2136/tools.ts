/** Runs BIND's tools, `dig` to query and `nsupdate` to change: one attempt, over TCP, signed with the key, which is passed on stdin only. */
import { spawn } from 'node:child_process';
import { PortError } from '../../../ports/errors';
import { connectionFailed } from '../../http/connection-failed';
import { recordCall } from '../../http/call-log';
import { redactor } from '../../http/redact';

/** A name server and our TSIG key. */
export interface Server {
  host: string;
  port: number;
  key: { name: string; algorithm: string; /** base64 */ secret: string };
  timeoutMs: number;
  /** When aborted, running programs are killed. */
  signal: AbortSignal;
}

export interface ToolOutput {
  /** null when it was killed. */
  code: number | null;
  /** stdout and stderr, without the key. */
  text: string;
}

/** Queries `server` for one set, without recursion. */
export function dig(server: Server, name: string, type: string): Promise<ToolOutput> {
  const { host, port, key, timeoutMs } = server;
  const oneAttempt = ['+tcp', '+tries=1', `+time=${timeoutMs / 1000}`, '+norecurse', '+nocookie'];
  const format = ['+nocmd', '+noall', '+comments', '+answer', '+additional', '+nottlunits', '+noidnin', '+noidnout'];
  const question = `@${host} -y ${key.algorithm}:${key.name}:${key.secret} ${name} ${type}\n`;
  return run(server, 'dig', ['-r', '-p', String(port), ...oneAttempt, ...format, '-f', '-'], question);
}

/** Sends one UPDATE with `lines` of nsupdate commands. They must not contain line breaks. */
export function nsupdate(server: Server, zone: string, lines: readonly string[]): Promise<ToolOutput> {
  const { host, port, key, timeoutMs } = server;
  const head = [`server ${host} ${port}`, `zone ${zone}`, `key ${key.algorithm}:${key.name} ${key.secret}`];
  const input = [...head, ...lines, 'send', ''].join('\n');
  return run(server, 'nsupdate', ['-v', '-t', String(timeoutMs / 1000)], input);
}

/** Neither tool's own timeout covers resolving the server's name, so the process is killed this much later. */
const graceMs = 500;

function run(
  { host, key, timeoutMs, signal }: Server,
  command: string,
  args: string[],
  input: string,
): Promise<ToolOutput> {
  const server = `the name server ${host}`;
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
    child.once('error', (error) => reject(failureOf(error, command, server, timeoutMs)));
    child.once('close', (code) => {
      recordCall(`${host} ${command}: ${code === 0 ? 'done' : 'failed'}`, started);
      resolve({ code, text: redactor([key.secret])(text) });
    });
    // A program may end before it has read everything; its output tells why.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function failureOf(error: Error, command: string, server: string, timeoutMs: number): PortError {
  if (error.name === 'AbortError') return connectionFailed(server, undefined, timeoutMs);
  const because = `${command} can't be run on this worker; install it: apt-get install bind9-dnsutils.`;
  return new PortError('refused', because);
}
