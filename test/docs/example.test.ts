import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptStep } from '../../src/activities/step/step';
import type { Ports } from '../../src/ports/ports';
import { markRegion } from './examples/mark-region';
import { page } from './pages';

const shown = [...page('docs/extending.md').text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
const compiled = (name: string) => readFileSync(join(__dirname, 'examples', name), 'utf8');

test('the step of docs/extending.md is the one that is compiled and run here', () => {
  expect(shown[0]).toBe(compiled('mark-region.ts').replaceAll('../../../src/activities/', '../'));
});

test('the verdict of docs/extending.md is the one that test/domain/verdict-rows.test.ts puts into the list', () => {
  const own = compiled('tables-down.ts').replace('../../../src/domain/decision/verdicts/', './');
  expect(shown[1]).toBe(own.replaceAll('../../../src/domain/', '../../'));
});

/** A host with one file. */
function hostPorts(): { ports: Ports; ran: string[] } {
  const ran: string[] = [];
  let content = '';
  const run = (command: string) => {
    ran.push(command);
    content = /^echo (\d+) >/.exec(command)?.[1] ?? (command.startsWith('rm ') ? '' : content);
    return Promise.resolve({ code: 0, stdout: `${content}\n`, stderr: '' });
  };
  const host = () => ({ run, close: () => Promise.resolve() });
  return { ports: { host, now: () => 0, sleep: () => Promise.resolve() } as Partial<Ports> as Ports, ran };
}

test('it acts once, sees that it is done, and takes it back', async () => {
  const { ports, ran } = hostPorts();
  const params = { region: 'B', path: '/run/serves' };
  const told = { facts: {}, progress: () => undefined, signal: new AbortController().signal };
  const ctx = { site: 'lab', epoch: 3, key: 'test', ...told };
  const first = await attemptStep(markRegion, params, ports, ctx);
  expect(first).toMatchObject({ outcome: 'done', because: 'B is marked with epoch 3.' });
  expect(await attemptStep(markRegion, params, ports, ctx)).toMatchObject({ outcome: 'already-done' });
  expect(ran.filter((command) => command.startsWith('echo'))).toHaveLength(1);
  expect(await markRegion.undo?.(params, ports, ctx)).toBe('B has no mark.');
  await expect(markRegion.check(params, ports, ctx)).resolves.toMatchObject({ state: 'no' });
});
