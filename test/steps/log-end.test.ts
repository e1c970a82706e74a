/** Where a stopped server's logs end, by what it wrote down: `BASE.state` names every server that ever wrote there. */
import { requireWholeLog } from '../../src/activities/step/log-end';
import { sentenceOf } from '../../src/domain/sentence';
import type { StepContext } from '../../src/activities/step/step';
import type { Ports } from '../../src/ports/ports';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';

/** What a stopped server's logs are believed to be, when they were read up to `last` and the primary has had `known`. */
async function judged(position: string, { last, known }: { last: string; known: string }): Promise<string> {
  const end = { left: 'closed', position, because: 'binlog.state' };
  const ports = {
    binlogs: () => ({ end: () => Promise.resolve(end) }),
    positions: mariadbPositions,
  } as unknown as Ports;
  const ctx = { site: 'lab', facts: {} } as unknown as StepContext;
  const log = { from: 'A', to: 'B', folder: 'copies' };
  return requireWholeLog(log, { last, known }, ports, ctx).then(() => 'whole', sentenceOf);
}

const read = { last: '0-1-18', known: '0-1-16,0-2-12' };

test.each([
  ['its end', '0-1-18'],
  ['an id that the server had earlier, and its end', '0-3-15,0-1-18'],
  ['the same in the other order', '0-1-18,0-3-15'],
  ['a third server that the primary was reseeded without, and its end', '0-4-3,0-3-15,0-2-12,0-1-18'],
  ['a stream that was not read and ends at what the primary has', '0-1-18,0-2-12'],
])('logs are whole where the server wrote down %s', async (_what, position) => {
  expect(await judged(position, read)).toBe('whole');
});

test.each([
  ['a later end', '0-1-19'],
  ['a later end of an id that the server had meanwhile', '0-1-18,0-3-19'],
  ['another transaction with the number of the last one', '0-1-18,0-3-18'],
  ['an earlier end', '0-1-17'],
  ['a stream of which nothing was read', '0-1-18,7-1-2'],
  ['an older id in a stream of which nothing was read', '0-1-18,7-3-1,7-1-2'],
])('logs lost their end where the server wrote down %s', async (_what, position) => {
  expect(await judged(position, read)).toBe(
    `A's binary logs end at 0-1-18, and A's server stopped at ${position} (binlog.state), so the end of the logs is missing. Recover it by hand: see "A log that cannot be read" in docs/operating.md.`,
  );
});
