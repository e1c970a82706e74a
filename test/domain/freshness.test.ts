/** What was asked for holds for a minute: after that the world may be another one. */
import { lateness } from '../../src/domain/decision/freshness';

test.each([
  [0, undefined],
  [60_000, undefined],
  [
    79_000,
    'transfer/shop waited 79 s for a worker, limit 60 s, so nothing was changed; start it again if it is still wanted.',
  ],
])('a run that waited %i ms for a worker', (waitedMs, because) => {
  expect(lateness('transfer/shop', waitedMs)).toBe(because);
});
