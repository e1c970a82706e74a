import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = join(__dirname, '../..');

/**
 * Evaluates `expression` in a Node of its own, with the exports of `scripts/NAME` as `it` and `input` as `input`.
 * jest can't load the set-up scripts themselves: they are ES modules that must run before anything is installed.
 */
export function evaluate(name: string, expression: string, input: unknown = null): unknown {
  const address = pathToFileURL(join(root, 'scripts', name)).href;
  const program = `
    import * as it from ${JSON.stringify(address)};
    const input = ${JSON.stringify(input)};
    const value = await (${expression});
    console.log('\\u0001' + JSON.stringify(value ?? null));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const answer = stdout.split('\u0001')[1];
  if (answer === undefined) throw new Error(`${name} gave no answer: ${stderr}`);
  return JSON.parse(answer) as unknown;
}
