/** Two transfers in a row, as many as a suite has time for. Each must end with the shop in the other region, or with a rejoin that is due. */
import { denied, pointsOf, survivable, upheavals, type Placed, type Scenario } from './explore';
import { isWrong, walk, type Walk } from './sequences';

const wrongly = (struck: readonly Placed[], { told, end, world }: Walk) => ({
  struck: struck.map(({ called }) => called).join(', and the next move: '),
  told,
  end,
  violations: world.violations,
});

/** The faults of one transfer: all of them, or of those that pass and of the upheavals so many at each call. */
async function faultsOf(scenario: Scenario, each?: number): Promise<Placed[]> {
  const points = await pointsOf(scenario);
  return [...survivable(points, each), ...upheavals(points, each), ...(each === undefined ? denied(points) : [])];
}

/** The walks that went wrong after one fault, and one walk for each way in which the first transfer left the world. */
export async function afterOneFault(scenario: Scenario, each?: number) {
  const wrong: ReturnType<typeof wrongly>[] = [];
  const kinds = new Map<string, { first: Placed; points: Walk['points'] }>();
  for (const first of await faultsOf(scenario, each)) {
    const walked = await walk(scenario, first);
    if (isWrong(walked)) wrong.push(wrongly([first], walked));
    if (!kinds.has(walked.marks)) kinds.set(walked.marks, { first, points: walked.points });
  }
  return { wrong, kinds: [...kinds.values()] };
}

/** For each such way a second fault at every call of the next move; the faults that strike alternate from call to call. */
export async function afterTwoFaults(scenario: Scenario, kinds: Awaited<ReturnType<typeof afterOneFault>>['kinds']) {
  const wrong: ReturnType<typeof wrongly>[] = [];
  let walks = 0;
  for (const { first, points } of kinds) {
    for (const second of [...survivable(points, 1), ...upheavals(points, 1)]) {
      const walked = await walk(scenario, first, second);
      walks += 1;
      if (isWrong(walked)) wrong.push(wrongly([first, second], walked));
    }
  }
  return { wrong, walks };
}
