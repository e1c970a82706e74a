/** A person's order does not lie in wait: what no worker took within a minute is not carried out later. Waits in real time. */
import { failureOf } from './history';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
});
afterAll(() => stage.close());

test('a transfer, a rejoin and a drill that waited longer than a minute for a worker change nothing', async () => {
  const asked = await Promise.all(
    [['transfer', {}] as const, ['rejoin', {}] as const, ['drill', { kind: 'switchover' }] as const].map(
      async ([type, input]) => {
        const live = stage.newSite(`late-${type}`);
        return { live, handle: await stage.start(type, live.name, input) };
      },
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 61_000));
  await stage.workOnRunbooks(await bundle());
  for (const { live, handle } of asked) {
    expect(await failureOf(handle)).toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/begins \d+ s after it was asked for, limit 60 s: no worker took it/) as string,
    });
    expect(live.world.gate.effects).toEqual([]);
  }
});
