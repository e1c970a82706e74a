import { close, constants, open } from 'node:fs';
import { request } from 'node:http';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

export interface SocketCall {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  /** Milliseconds until the call is aborted. */
  timeout: number;
}

/** An answer with a status of 400 or more; its message is the reason in the answer. */
export class CallRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * One HTTP call over a unix socket, JSON both ways. The path goes through its folder's descriptor, because the kernel
 * limits socket paths to 107 bytes and the checkout's path may be long.
 * @throws CallRefused with the server's reason; Error with code ENOENT or ECONNREFUSED when nothing listens
 */
export async function callSocket(socketPath: string, call: SocketCall): Promise<unknown> {
  const folder = await promisify(open)(dirname(socketPath), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await send(`/proc/self/fd/${folder}/${basename(socketPath)}`, call);
  } finally {
    await promisify(close)(folder);
  }
}

function send(socketPath: string, { method, path, body, timeout }: SocketCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('error', reject).once('end', () => {
        const status = answer.statusCode ?? 500;
        if (status >= 400) reject(new CallRefused(status, reasonIn(text)));
        else resolve(text === '' ? undefined : (JSON.parse(text) as unknown));
      });
    });
    call.once('error', reject);
    call.setTimeout(timeout, () => call.destroy(new Error(`${path} did not answer within ${timeout / 1000} s`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function reasonIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'because' in body) return String(body.because);
  } catch {
    // Not JSON: the text itself is the reason.
  }
  return text;
}
