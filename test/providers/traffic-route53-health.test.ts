import type { SwitchObject } from '../fakes/switch-object';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { answers, openWorld, record, startWatched, texts } from './switch-object-world';
import { describeTraffic } from './traffic.contract';
import { describeTrafficFaults } from './traffic-faults.contract';

const start = closedAfterEach(startWatched);

describeTraffic('Route 53 failover by a health check', openWorld);
describeTrafficFaults('Route 53 failover by a health check', openWorld, ['stale']);

describe('an object that a health check watches', () => {
  it('is replaced on the condition that it is what was read, and by its secret alone', async () => {
    const { fake, traffic } = await start();
    const { state, because } = await traffic.read();
    expect(because).toBe(`The object of the health check says “${texts.A}”. ${record} is answered with ${answers.A}.`);
    await traffic.point('B', state);
    expect(fake.text()).toBe(`${texts.B}\n`);
    expect(fake.calls.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 200],
      ['GET', 200],
      ['PUT', 200],
    ]);
  });

  it('that is written counts only when the name servers answer by it', async () => {
    const { fake, traffic } = await start();
    fake.publishAfter(300);
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending } = await traffic.read();
    expect(leadsTo).toBe('B');
    expect(pending).toMatch(
      /^www\.shop\.test\. is not answered with 203\.0\.113\.10 everywhere yet: .* answers 198\.51\.100\.10\.$/,
    );
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await traffic.read()).toMatchObject({ leadsTo: 'B', because: expect.stringContaining(answers.B) as string });
    expect((await traffic.read()).pending).toBeUndefined();
  });

  it.each<[string, string, 'done' | 'conflict']>([
    ['the same', texts.B, 'done'],
    ['something else', 'customers go home', 'conflict'],
  ])('and that somebody else changes to %s in between ends as it should', async (_what, theirs, ending) => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.meanwhile(`${theirs}\n`);
    const attempt = traffic.point('B', state);
    if (ending === 'done') await attempt;
    else expect(await failure(attempt)).toMatchObject({ kind: 'conflict' });
    expect(fake.text()).toBe(`${theirs}\n`);
  });

  it.each<[string, (fake: SwitchObject) => void, object, RegExp]>([
    [
      'is not there',
      (fake) => fake.write(undefined),
      {},
      /is not there, and not one of customers go to A, customers go to B\. Let it say/,
    ],
    [
      'says something else',
      (fake) => fake.write('hello'),
      {},
      /says “hello”, and not one of .*Let it say where customers go/,
    ],
    [
      'has a text within another one',
      () => undefined,
      { texts: { A: texts.A, B: 'customers go to A and B' } },
      /“customers go to A” stands within another one/,
    ],
  ])('that %s is a flaw', async (_what, prepare, over, because) => {
    const { fake, traffic } = await start(over);
    prepare(fake);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each(['no ETag', 'ignores If-Match'] as const)('served by something that %s is a flaw', async (careless) => {
    const { fake, traffic } = await start({}, careless);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/knows ETag and If-Match\.$/)]);
    expect(fake.text()).toBe(`${texts.A}\n`);
  });

  it('whose secret is wrong is a flaw', async () => {
    const { fake, traffic } = await start();
    fake.faults.play({ on: { method: 'PUT' }, effect: { kind: 'error', status: 403, when: 'before' } });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/^The object of the health check answered 403/)]);
  });
});
