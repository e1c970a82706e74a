import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptStep } from '../../src/activities/step/step';
import type { Ports } from '../../src/ports/ports';
import { markRegion } from './examples/mark-region';
import { page } from './pages';

test('the step of docs/extending.md is the one that is compiled and run here', () => {
  const [, shown] = /^```ts\n([\s\S]*?)^```$/m.exec(page('docs/extending.md').text) ?? [];
  const real = readFileSync(join(__dirname, 'examples/mark-region.ts'), 'utf8');
  expect(shown).toBe(real.replaceAll('../../../src/activities/', '../'));
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
