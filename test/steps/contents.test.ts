import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { steps } from '../../src/activities/steps';
import { situations } from './situations';

const files = readdirSync(join(__dirname, '../../src/activities/steps'))
  .filter((file) => file !== 'index.ts')
  .map((file) => file.replace(/\.ts$/, ''));

test('every file of the folder is a step in the table of contents, under the name of the file', () => {
  expect(steps.map((step) => step.name).sort()).toEqual(files.sort());
});

test('only the promotion is a point of no return', () => {
  expect(steps.filter((step) => step.pivot).map((step) => step.name)).toEqual(['promote-database']);
});

const ofTransfers = situations.map(({ step, call }) => [step, call.patience] as const);

test.each(ofTransfers)('%s is bounded: its attempts, their length and the pauses between them', (_name, patience) => {
  const { attemptMs, attempts, everyMs } = patience;
  expect(attempts).toBeGreaterThanOrEqual(3);
  expect(attempts).toBeLessThanOrEqual(6);
  expect(attemptMs).toBeGreaterThanOrEqual(10_000);
  expect(attemptMs).toBeLessThanOrEqual(300_000);
  expect(everyMs).toBeLessThanOrEqual(2_000);
});
