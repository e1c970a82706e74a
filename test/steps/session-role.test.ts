/** The role of a session store: that it outlives a restart, and that a region which is no primary any more loses it. */
import { addresses } from '../world/region';
import { newWorld } from '../world/world';
import { changes, tryStep } from './trying';

const [A, B] = [addresses['A']!, addresses['B']!];
const by = 'A restart may give it another role: write "replicaof" into its file.';

test.each([
  ['promote-sessions', { from: 'A', to: 'B', planned: false }, 'The session store of B is the primary.'],
  ['follow-sessions', { region: 'B', sourceHost: A }, `B's sessions are a replica of ${A}.`],
] as const)(
  '%s says that a restart may take the role back, and leaves that as a follow-up',
  async (name, params, said) => {
    const world = newWorld();
    world.region('B').sessions.roleUnkept = by;
    const { because, facts } = await tryStep(world, name, params as never);
    expect(because).toBe(`${said} ${by}`);
    expect(facts).toMatchObject({ followUp: by });
  },
);

const refuses = {
  taken: 'no',
  because: "B's Redis refuses every write: type CONFIG SET min-replicas-to-write 0.",
} as const;
const untried = { taken: 'unknown', because: "Whether B's Redis takes writes is unknown." } as const;

test('promote-sessions is not done while the promoted store refuses writes, and says what to type', async () => {
  const world = newWorld();
  world.region('B').sessions.writes = refuses;
  const promoting = tryStep(world, 'promote-sessions', { from: 'A', to: 'B', planned: false });
  await expect(promoting).rejects.toThrow(refuses.because);
  expect(world.region('B').sessions.role).toBe('primary');
});

test('promote-sessions says that nobody knows whether the promoted store takes writes', async () => {
  const world = newWorld();
  world.region('B').sessions.writes = untried;
  const { because } = await tryStep(world, 'promote-sessions', { from: 'A', to: 'B', planned: false });
  expect(because).toBe(`The session store of B is the primary. ${untried.because}`);
});

describe('the session store of a region that is no primary any more', () => {
  const params = { region: 'A', peer: 'B', sourceHost: B, silent: 'proceed' } as const;
  const moved = (role: 'primary' | 'replica') => {
    const world = newWorld();
    world.region('B').sessions.role = role;
    return world;
  };

  test('becomes a replica and takes no writes', async () => {
    const world = moved('primary');
    const { because } = await tryStep(world, 'fence-sessions', params);
    expect(because).toBe(`The session store of A is a replica of ${B} and takes no writes.`);
    expect(world.region('A').sessions).toMatchObject({ role: 'replica', sourceHost: B });
  });

  test('that takes writes of its own as a replica too is not called fenced, and keeps a rejoin from going on', async () => {
    const world = moved('primary');
    const own = "A's Redis is a replica, but takes writes of its own: type CONFIG SET replica-read-only yes.";
    world.region('A').sessions.writes = { taken: 'yes', because: own };
    const { because, facts } = await tryStep(world, 'fence-sessions', params);
    expect([because, facts]).toEqual([
      `The session store of A follows ${B}, but was not fenced: ${own} What it takes is lost.`,
      { fenced: false },
    ]);
    await expect(tryStep(world, 'fence-sessions', { ...params, silent: 'refuse' })).rejects.toThrow(own);
  });

  test('is left as it is while the other one is a replica, since both would be lost', async () => {
    const world = moved('replica');
    await expect(tryStep(world, 'fence-sessions', params)).rejects.toMatchObject({ kind: 'refused' });
    expect(changes(world)).toEqual([]);
  });

  test('keeps no failover waiting when it does not answer, which is said, and keeps a rejoin from calling it fenced', async () => {
    const world = moved('primary');
    world.region('A').hostUp = false;
    const { because, facts } = await tryStep(world, 'fence-sessions', params);
    expect(because).toMatch(/^The session store of A was not fenced: .* lost: npx handover rejoin shop$/);
    expect(facts).toEqual({ fenced: false });
    await expect(tryStep(world, 'fence-sessions', { ...params, silent: 'refuse' })).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
