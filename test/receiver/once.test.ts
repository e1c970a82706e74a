/** What was taken is known again, for a while and in bounded memory. */
import { Once, type OnceOptions } from '../../src/receiver/once';

let now = 0;
const once = (differs: Partial<OnceOptions> = {}) =>
  new Once({ keepMs: 100, mostKept: 2, whenFull: 'forget', now: () => now, ...differs });
const done = () => Promise.resolve();

test('who repeats what is being done waits for it, and it is done once', async () => {
  const memory = once();
  let runs = 0;
  let finish = () => {};
  const work = () => {
    runs += 1;
    return new Promise<void>((resolve) => (finish = resolve));
  };
  const both = [memory.repeats('a', work), memory.repeats('a', work)];
  finish();
  expect([await Promise.all(both), runs]).toEqual([[false, true], 1]);
});

test('whoever waits for work that fails fails too, and it may be tried again', async () => {
  const memory = once();
  const fail = () => Promise.reject(new Error('down'));
  const ended = await Promise.allSettled([memory.repeats('a', fail), memory.repeats('a', done)]);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await memory.repeats('a', done)).toBe(false);
});

test('a key is known until its time is over', async () => {
  const memory = once();
  await memory.repeats('a', done);
  now += 99;
  expect(await memory.repeats('a', done)).toBe(true);
  now += 1;
  expect(await memory.repeats('a', done)).toBe(false);
});

test('a full memory forgets the oldest, or takes nothing more', async () => {
  const [forgets, refuses] = [once(), once({ whenFull: () => new Error('full') })];
  for (const memory of [forgets, refuses]) for (const key of ['a', 'b']) await memory.repeats(key, done);
  expect(await forgets.repeats('c', done)).toBe(false);
  expect([await forgets.repeats('b', done), await forgets.repeats('a', done)]).toEqual([true, false]);
  await expect(refuses.repeats('c', done)).rejects.toThrow('full');
  expect(await refuses.repeats('a', done)).toBe(true);
});
