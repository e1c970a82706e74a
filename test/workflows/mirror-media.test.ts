/** The copy of uploads tells how far it is while its first round still runs. */
import { CancelledFailure, defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { mirrorMedia } from '../../src/activities/monitoring/mirror-media';
import type { DatabaseState, Ports } from '../../src/ports/ports';
import { progressOf } from '../../src/starters/progress';
import { labSite } from '../world/planning';
import { newWorld } from '../world/world';

const states: Record<string, Partial<DatabaseState>> = {
  A: { readOnly: false, epoch: { epoch: 1, region: 'A', verifiedEpoch: 1 }, position: '0-1-1' },
  B: {
    readOnly: true,
    epoch: { epoch: 1, region: 'A', verifiedEpoch: 1 },
    position: '0-1-1',
    replica: { sourceHost: labSite.regions['A']!.address, io: 'yes', sql: true } as never,
  },
};

const figures = '  1,287,651  42%   11.20MB/s    0:00:03';

test('each figure of a first copy is in the heartbeat before any round has ended', async () => {
  const environment = new MockActivityEnvironment();
  const heard: unknown[] = [];
  const copyBegun = new Promise<void>((resolve) =>
    environment.on('heartbeat', (told: unknown) => {
      heard.push(told);
      resolve();
    }),
  );
  const ports = {
    ...newWorld().ports(),
    database: (region: string) => ({ state: () => Promise.resolve(states[region]) }),
    media: () => ({
      pullFrom: (
        _from: string,
        { onProgress, signal }: { onProgress: (line: string) => void; signal: AbortSignal },
      ) => {
        onProgress(figures);
        // It lasts until the activity is told to stop.
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))));
      },
    }),
  } as unknown as Ports;
  const running = environment.run(mirrorMedia as never, { site: labSite, ports, caPem: '' });
  await copyBegun;
  expect(heard[0]).toBe('Copying uploads: 1,287,651  42%   11.20MB/s    0:00:03');
  environment.cancel();
  await running.catch((error: unknown) => expect(error).toBeInstanceOf(CancelledFailure));
});

test('a copy that fails round after round is told in one sentence, with what was copied last', async () => {
  const environment = new MockActivityEnvironment();
  let rounds = 0;
  const pullFrom = () => {
    rounds += 1;
    if (rounds === 1) return Promise.resolve({ copied: 7 });
    if (rounds === 30) environment.cancel();
    return Promise.reject(new Error('Connection timed out'));
  };
  const ports = {
    ...newWorld().ports(),
    database: (region: string) => ({ state: () => Promise.resolve(states[region]) }),
    media: () => ({ pullFrom }),
  } as unknown as Ports;
  const site = { ...labSite, policy: { ...labSite.policy, mirrorEveryMs: 1 } };
  const result = await environment.run(mirrorMedia as never, { site, ports, caPem: '' });
  expect(result).toEqual({
    rounds: 30,
    because:
      'The last copy failed: Connection timed out. Before that: B has copied 7 uploads from A. What was copied is kept.',
  });
});

const pending = (name: string, told?: unknown) => ({
  activityType: { name },
  ...(told !== undefined && {
    heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(told)] },
    lastHeartbeatTime: { seconds: 100 as never },
  }),
});

test.each([
  [
    'what the copy told last',
    [pending('watch', 'x'), pending('mirrorMedia', 'Copying uploads: 1 42%')],
    'Uploads: Copying uploads: 1 42% (told 4 s ago)',
  ],
  ['nothing before it has told anything', [pending('mirrorMedia')], undefined],
  [
    'nothing of what another activity remembers',
    [pending('watch', { n: 1 }), pending('mirrorMedia', { n: 1 })],
    undefined,
  ],
])('status shows %s', (_what, pendingActivities, line) => {
  const shown = progressOf({ raw: { pendingActivities } }, 104_000);
  expect(shown).toEqual(line === undefined ? [] : [line]);
});
