import { scenarios } from './explore';
import { afterOneFault, afterTwoFaults } from './sequences.contract';

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  const explored = afterOneFault(scenario);

  test('after any one fault the commands that refusals name lead to a shop that moved', async () => {
    expect((await explored).wrong).toEqual([]);
  });

  test('a fault of the next move changes nothing about that, whatever the first one left behind', async () => {
    const { kinds } = await explored;
    expect(kinds.length).toBeGreaterThan(10);
    const { wrong, walks } = await afterTwoFaults(scenario, kinds);
    expect(walks).toBeGreaterThan(1_000);
    expect(wrong).toEqual([]);
  });
});
