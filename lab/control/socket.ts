import { close, constants, open } from 'node:fs';
import { request } from 'node:http';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

export interface Question {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  /** Milliseconds until the call is given up. */
  timeout: number;
}

/** An answer with a status of 400 or more; its message is the sentence that came with it. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * One HTTP call over a unix socket, JSON both ways. The socket is reached through its folder's descriptor, since the
 * kernel takes no path longer than 107 bytes and a checkout may lie deep.
 * @throws Refused with the other side's sentence; Error with code ENOENT or ECONNREFUSED when nobody listens
 */
export async function askSocket(socketPath: string, question: Question): Promise<unknown> {
  const folder = await promisify(open)(dirname(socketPath), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await ask(`/proc/self/fd/${folder}/${basename(socketPath)}`, question);
  } finally {
    await promisify(close)(folder);
  }
}

function ask(socketPath: string, { method, path, body, timeout }: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('error', reject).once('end', () => {
        const status = answer.statusCode ?? 500;
        if (status >= 400) reject(new Refused(status, sentenceOf(text)));
        else resolve(text === '' ? undefined : (JSON.parse(text) as unknown));
      });
    });
    call.once('error', reject);
    call.setTimeout(timeout, () => call.destroy(new Error(`${path} was not answered within ${timeout / 1000} s`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function sentenceOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'because' in body) return String(body.because);
  } catch {
    // Not JSON: the text itself is the sentence.
  }
  return text;
}
