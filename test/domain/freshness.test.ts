/** What was asked for holds for a minute: after that the world may be another one. */
import { lateness } from '../../src/domain/decision/freshness';

test.each([
  [0, undefined],
  [60_000, undefined],
  [
    79_000,
    'transfer/shop begins 79 s after it was asked for, limit 60 s: no worker took it, or it was to start later. Nothing was changed; start it again if it is still wanted.',
  ],
])('a run that begins %i ms after it was asked for', (waitedMs, because) => {
  expect(lateness('transfer/shop', waitedMs)).toBe(because);
});
