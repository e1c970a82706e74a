import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { judgeOf } from './judges';
import { freePort } from '../../../lab/loopback/place';
import { until } from '../../../lab/loopback/until';

export interface Prism {
  url: string;
  close: () => Promise<void>;
}

/** What is needed to hold a fake to the description that its vendor publishes, or why it can't be done here. */
export function prismFor(variable: string): { program: string; description: string } | { because: string } {
  const description = process.env[variable];
  if (description === undefined) return { because: `${variable} does not name the vendor's OpenAPI description` };
  if (!existsSync(description)) return { because: `${variable} names a file that is not there` };
  const found = judgeOf('prism');
  return 'because' in found ? found : { program: join(found.folder, 'node_modules/.bin/prism'), description };
}

/** Prism before `upstream`: requests that break the description get 422 from it, answers that break it 500. */
export async function prism(found: { program: string; description: string }, upstream: string): Promise<Prism> {
  const port = await freePort();
  const args = ['proxy', '--errors', '--host', '127.0.0.1', '--port', String(port), found.description, upstream];
  const child = spawn(found.program, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until('prism listens', async () => {
    if (child.exitCode !== null) throw new Error('prism did not start');
    return listens(port);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
