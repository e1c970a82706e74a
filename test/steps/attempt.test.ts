import { attemptStep, type Finding, NotYet, type Step, type StepContext } from '../../src/activities/step/step';
import { PortError } from '../../src/ports/errors';
import type { FailureKind } from '../../src/domain/failure';
import { newActor } from '../world/faults';
import { contextFor } from '../world/conductor';
import { newWorld } from '../world/world';

interface Script {
  /** What the checks find, in order; the last one for ever. */
  checks: (Finding['state'] | FailureKind)[];
  act?: () => void;
  attemptMs?: number;
  /** For which a limited look asks. */
  waitMs?: number;
}

function scripted({ checks, act, attemptMs = 20_000, waitMs }: Script) {
  const world = newWorld({ quiet: true });
  const seen: string[] = [];
  const step: Step = {
    name: 'scripted',
    title: () => 'Follow the script',
    patience: { attemptMs, attempts: 3, everyMs: 500 },
    check: (_p, _ports, ctx) => {
      const next = checks.length > 1 ? checks.shift() : checks[0];
      seen.push(ctx.actedAt !== undefined ? `${String(next)} after the act` : String(next));
      if (next === 'no' || next === 'done' || next === 'under-way' || next === 'unknown') {
        return Promise.resolve({ state: next, because: `It is ${next}.` });
      }
      const asked = waitMs === undefined ? {} : { waitMs };
      return Promise.reject(new PortError(next ?? 'garbage', `The look was ${String(next)}.`, asked));
    },
    act: () => {
      seen.push('act');
      act?.();
      return Promise.resolve();
    },
  };
  const startedAt = world.gate.clock.now();
  const run = (signal = new AbortController().signal, over: Partial<StepContext> = {}) =>
    world.run(attemptStep(step, {}, world.ports(), { ...contextFor(newActor('scripted', 1, 2), signal, {}), ...over }));
  return { run, seen, elapsed: () => world.gate.clock.now() - startedAt };
}

const failing = (kind: FailureKind) => () => {
  throw new PortError(kind, `The act was ${kind}.`);
};

test('a step whose first check says done is not acted on', async () => {
  const { run, seen } = scripted({ checks: ['done'] });
  await expect(run()).resolves.toMatchObject({ outcome: 'already-done', because: 'It is done.' });
  expect(seen).toEqual(['done']);
});

test('a step succeeds only when a check after its act says done', async () => {
  const { run, seen, elapsed } = scripted({ checks: ['no', 'no', 'under-way', 'unknown', 'done'] });
  await expect(run()).resolves.toMatchObject({ outcome: 'done' });
  expect(seen).toEqual(['no', 'act', ...['no', 'under-way', 'unknown', 'done'].map((each) => `${each} after the act`)]);
  expect(elapsed()).toBe(300);
});

test('a step that is under way is polled and not acted on again', async () => {
  const { run, seen } = scripted({ checks: ['under-way', 'under-way', 'done'] });
  await expect(run()).resolves.toMatchObject({ outcome: 'done' });
  expect(seen).not.toContain('act');
});

test('a step whose first check says unknown is acted on', async () => {
  const { run, seen } = scripted({ checks: ['unknown', 'done'] });
  await run();
  expect(seen).toEqual(['unknown', 'act', 'done after the act']);
});

test('a step whose act fails is done when the next check says done', async () => {
  const { run, seen } = scripted({ checks: ['no', 'done'], act: failing('unavailable') });
  await expect(run()).resolves.toMatchObject({ outcome: 'done' });
  expect(seen).toEqual(['no', 'act', 'done']);
});

test.each(['unavailable', 'refused', 'denied', 'limited', 'conflict', 'garbage', 'absent'] as const)(
  'an act that was %s and that the world knows nothing of fails with its own words',
  async (kind) => {
    const { run, seen } = scripted({ checks: ['no'], act: failing(kind) });
    await expect(run()).rejects.toMatchObject({ name: 'PortError', kind, message: `The act was ${kind}.` });
    expect(seen).toEqual(['no', 'act', 'no']);
  },
);

test("the act's own failure is told, also when the second look fails", async () => {
  const { run } = scripted({ checks: ['no', 'unavailable'], act: failing('limited') });
  await expect(run()).rejects.toMatchObject({ kind: 'limited' });
});

/** Busy so often, then free. */
const busy = (times: number) => () => {
  times -= 1;
  if (times >= 0) throw new PortError('unavailable', 'It is busy.', { waitMs: 3_000 });
};

test('an act on a busy resource is repeated within the attempt', async () => {
  const { run, seen, elapsed } = scripted({ checks: ['no', 'done'], act: busy(4) });
  const told: string[] = [];
  await expect(run(undefined, { progress: (sentence) => told.push(sentence) })).resolves.toMatchObject({
    outcome: 'done',
  });
  expect(seen).toEqual(['no', ...Array<string>(5).fill('act'), 'done after the act']);
  expect([elapsed(), told]).toEqual([12_000, Array<string>(4).fill('It is busy.')]);
});

test('a resource that stays busy fails the attempt', async () => {
  const { run, seen, elapsed } = scripted({ checks: ['no'], act: busy(Infinity) });
  await expect(run()).rejects.toMatchObject({ kind: 'unavailable', message: 'It is busy.' });
  expect([seen.filter((each) => each === 'act').length, elapsed()]).toEqual([6, 15_000]);
});

test('an aborted attempt does not repeat its act', async () => {
  const stop = new AbortController();
  const { run, seen } = scripted({ checks: ['no'], act: busy(Infinity) });
  await expect(run(stop.signal, { progress: () => stop.abort() })).rejects.toMatchObject({ kind: 'unavailable' });
  expect(seen).toEqual(['no', 'act', 'no']);
});

test('a bug in an act is not taken for a lost reply', async () => {
  const { run, seen } = scripted({
    checks: ['no', 'done'],
    act: () => {
      throw new TypeError('undefined is not a function');
    },
  });
  await expect(run()).rejects.toThrow(TypeError);
  expect(seen).toEqual(['no', 'act']);
});

test('a failed check after the act counts as unknown', async () => {
  const { run } = scripted({ checks: ['no', 'unavailable', 'limited', 'done'] });
  await expect(run()).resolves.toMatchObject({ outcome: 'done' });
});

test('a wait that is asked for after the act is waited for when it is short, and told at once when it is long', async () => {
  const short = scripted({ checks: ['no', 'limited', 'limited', 'done'], waitMs: 3_000 });
  await expect(short.run()).resolves.toMatchObject({ outcome: 'done' });
  expect([short.seen.length, short.elapsed()]).toEqual([5, 6_000]);
  const long = scripted({ checks: ['no', 'limited'], waitMs: 3_001 });
  await expect(long.run()).rejects.toMatchObject({ kind: 'limited', waitMs: 3_001 });
  expect([long.seen, long.elapsed()]).toEqual([['no', 'act', 'limited after the act'], 0]);
});

test('an attempt that ends while rate-limited fails as limited', async () => {
  const { run, elapsed } = scripted({ checks: ['no', 'limited'], waitMs: 2_000 });
  await expect(run()).rejects.toMatchObject({ kind: 'limited', waitMs: 2_000 });
  expect(elapsed()).toBe(18_000);
});

test('a look that is denied after the act is told at once', async () => {
  const { run, seen } = scripted({ checks: ['no', 'denied'] });
  await expect(run()).rejects.toMatchObject({ kind: 'denied' });
  expect(seen).toEqual(['no', 'act', 'denied after the act']);
});

test('a look that gets no answer before the act is for the next attempt', async () => {
  const { run, seen } = scripted({ checks: ['unavailable', 'done'] });
  await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(seen).toEqual(['unavailable']);
});

test('a check that says no for five seconds after the act ends the attempt', async () => {
  const { run, elapsed } = scripted({ checks: ['no'] });
  await expect(run()).rejects.toThrow(new NotYet('It is no.'));
  expect(elapsed()).toBe(5_000);
});

test('polling ends at nine tenths of the attempt, so that its sentence is recorded', async () => {
  const { run, elapsed } = scripted({ checks: ['under-way'] });
  await expect(run()).rejects.toThrow(new NotYet('It is under-way.'));
  expect(elapsed()).toBe(18_000);
});

test('an attempt that is over stops looking', async () => {
  const stop = new AbortController();
  const { run, seen } = scripted({ checks: ['under-way'] });
  const progress = (sentence: string) => {
    expect(sentence).toBe('It is under-way.');
    if (seen.length === 3) stop.abort();
  };
  await expect(run(stop.signal, { progress })).rejects.toThrow(NotYet);
  expect(seen).toHaveLength(4);
});
