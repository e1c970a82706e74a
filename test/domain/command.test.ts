/** Modes of a monitor: what each means for a decision, how a move waits for people, and how mode observe keeps its score. */
import * as proposals from '../../src/domain/command/proposal';
import { emptyScore, ended, movedBy, scoreLines, sighted } from '../../src/domain/command/score';
import { decide } from '../../src/domain/decision/decide';
import type { Decision, Situation } from '../../src/domain/decision/situation';
import { policy } from './lab-policy';
import { down, facts, minute, refusing, situation, telling, up, type Said } from './testimony';

const lost: Said = { app: down, table: down, replica: 'lost' };
const heardShop: Said = { app: refusing, replica: 'sees' };
const majority: Said = { app: [{ ...down, heldMs: 6 * minute }, { ...down, heldMs: 6 * minute }, up], replica: 'sees' };
const lagging = {
  lagBefore: { lagMs: 5 * minute, agoMs: 1_000 },
  replica: { ...situation().replica!, heartbeatAgeMs: 6 * minute },
};
const failover = { kind: 'failover', from: 'A', to: 'B', epoch: 7 } as const;
const approvedBy = (...people: string[]) => ({ ...failover, people, because: `Approved by ${people.join(' and ')}.` });
const needsOf = (decision: Decision) => ('needs' in decision ? decision.needs : undefined);

describe('what a mode lets a monitor do', () => {
  const table: [string, Said, Partial<Situation>, string, RegExp][] = [
    ['no mode acts as before', lost, {}, 'act', /does not answer at all/],
    ['auto acts', lost, { mode: 'auto' }, 'act', /does not answer at all/],
    [
      'auto acts where the site file does not',
      lost,
      { mode: 'auto', policy: { ...policy, automatic: false } },
      'act',
      /./,
    ],
    [
      'observe changes nothing',
      lost,
      { mode: 'observe' },
      'refuse',
      /^Mode observe: it would start the failover from A to B now, 65 s after/,
    ],
    [
      'observe makes no repair either',
      { app: telling(refusing, facts('A', { readOnly: true })) },
      { mode: 'observe' },
      'refuse',
      /restore from A to A/,
    ],
    ['approve asks before a move', lost, { mode: 'approve' }, 'ask', /^Mode approve: the failover from A to B waits/],
    ['approve asks before the pointer moves', { table: down }, { mode: 'approve' }, 'ask', /pointer from A to B/],
    [
      'approve repairs by itself',
      { app: telling(refusing, facts('A', { readOnly: true })) },
      { mode: 'approve' },
      'act',
      /read-only/,
    ],
    [
      'an approved move begins, and says who approved',
      lost,
      { mode: 'approve', approved: approvedBy('ines') },
      'act',
      /Approved by ines\.$/,
    ],
    [
      'an approval of another epoch is none',
      lost,
      { mode: 'approve', approved: { ...approvedBy('ines'), epoch: 6 } },
      'ask',
      /waits/,
    ],
    [
      'an approval of another move is none',
      lost,
      { mode: 'approve', approved: { ...approvedBy('ines'), kind: 'switchover' } },
      'ask',
      /waits/,
    ],
    [
      'an approval in mode observe starts nothing',
      lost,
      { mode: 'observe', approved: approvedBy('ines') },
      'refuse',
      /Mode observe/,
    ],
    [
      'one person is too few where the lag is over budget',
      lost,
      { mode: 'approve', ...lagging, approved: approvedBy('ines') },
      'ask',
      /behind when the outage began/,
    ],
    [
      'two people may lose more than the budget',
      lost,
      { mode: 'approve', ...lagging, approved: approvedBy('ines', 'jo') },
      'act',
      /ines and jo/,
    ],
    [
      'an approval lifts no freeze',
      lost,
      { mode: 'approve', approved: approvedBy('ines'), freeze: { by: 'jo', because: 'A migration.' } },
      'refuse',
      /Frozen/,
    ],
    [
      'an approval lifts no rejoin under way',
      lost,
      { mode: 'approve', approved: approvedBy('ines'), rejoining: 'rejoin/shop' },
      'ask',
      /rejoin/,
    ],
    [
      'what was rejected is not begun',
      lost,
      { mode: 'approve', rejected: { ...failover, by: 'jo', because: 'A drill.' } },
      'refuse',
      /^jo rejected the failover/,
    ],
    [
      'a rejection of another epoch is none',
      lost,
      { mode: 'approve', rejected: { ...failover, epoch: 6, by: 'jo', because: 'x' } },
      'ask',
      /waits/,
    ],
  ];
  test.each(table)('%s', (_, said, differs, action, because) => {
    const decision = decide(situation(said, differs));
    expect(decision.action).toBe(action);
    expect(decision.because).toMatch(because);
  });

  test('only what nothing but the mode forbids is an observation', () => {
    expect(decide(situation(lost, { mode: 'observe' }))).toMatchObject({ observed: true });
    const frozen = decide(situation(lost, { mode: 'observe', freeze: { by: 'jo', because: 'x' } }));
    expect(frozen).not.toHaveProperty('observed');
    expect(frozen.because).toMatch(/^Frozen/);
  });

  test.each<[string, Said, Partial<Situation>, number | undefined]>([
    ['one region is changed', lost, {}, 1],
    ['the table pointer moves', { table: down }, {}, 1],
    ['more may be lost than the policy allows', lost, lagging, 2],
    ['both regions are changed by plan', heardShop, {}, 2],
    ['the votes are divided', majority, {}, 2],
    ['a rejoin runs, so that no approval helps', lost, { rejoining: 'rejoin/shop' }, undefined],
  ])('how many must approve where %s', (_, said, differs, persons) => {
    expect(needsOf(decide(situation(said, { mode: 'approve', ...differs })))?.persons).toBe(persons);
  });

  test('the page of a move that waits names the command that approves it in this epoch', () => {
    const { alert } = decide(situation(lost, { mode: 'approve' }));
    expect(alert?.command).toMatch(/^npx handover approve shop --epoch "7" --who /);
  });
});

describe('a move that waits for people', () => {
  const now = Date.UTC(2026, 11, 1, 6);
  const one = { persons: 1, because: 'A failover changes one region.' } as const;
  const two = { persons: 2, because: 'More may be lost.' } as const;
  const asked = (need: proposals.Need = one) => proposals.asked(undefined, failover, need, 'Region A is down.', now);
  const ines = { who: 'ines', because: 'I see it.' };
  const jo = { who: 'jo', because: 'So do I.' };
  const taken = (word: ReturnType<typeof proposals.approve>): proposals.Proposal => {
    if ('refused' in word) throw new Error(word.refused);
    return word.proposal;
  };
  const refusal = (word: ReturnType<typeof proposals.approve>) => ('refused' in word ? word.refused : undefined);

  test('is approved by one person for ten minutes, or for as long as that person says', () => {
    const approved = taken(proposals.approve(asked(), ines, now));
    expect(proposals.approvalsAt(approved, now + 9 * minute)).toHaveLength(1);
    expect(proposals.approvalsAt(approved, now + 10 * minute)).toEqual([]);
    const short = taken(proposals.approve(asked(), { ...ines, until: '2026-12-01T06:01:00Z' }, now));
    expect(proposals.approvalsAt(short, now + minute)).toEqual([]);
  });

  test('needs two different people where that is asked for, however the first spells the name', () => {
    const first = proposals.approve(asked(two), ines, now);
    expect(first).toMatchObject({
      said: expect.stringMatching(/One more person must approve it: More may be lost\.$/) as string,
    });
    expect(refusal(proposals.approve(taken(first), { ...ines, who: ' Ines ' }, now))).toMatch(
      /approved .* already; nothing was changed\. One more person/,
    );
    expect(proposals.approvalsAt(taken(proposals.approve(taken(first), jo, now)), now)).toHaveLength(2);
  });

  test.each<[string, proposals.Proposal | undefined, { epoch?: string; until?: string }, number, RegExp]>([
    ['nothing waits', undefined, {}, 0, /^No move waits for an approval; nothing was changed\.$/],
    ['it is of another epoch', asked(), { epoch: '6' }, 0, /is of epoch 7, not of 6; nothing was changed/],
    [
      'it comes late',
      asked(),
      {},
      30 * minute,
      /waited until 2026-12-01 06:30:00 UTC and is proposed no more; nothing was changed/,
    ],
    ['it lapses before it comes', asked(), { until: '2026-12-01T05:00:00Z' }, 0, /is past; nothing was changed/],
    ['it was rejected', taken(proposals.reject(asked(), jo, now)), {}, 0, /^jo rejected .* nothing was changed/],
  ])('a word changes nothing and says why when %s', (_, proposal, words, after, because) => {
    expect(refusal(proposals.approve(proposal, { ...ines, ...words }, now + after))).toMatch(because);
  });

  test('keeps its approvals while it is asked for again, and loses them with another epoch or when its time is over', () => {
    const approved = taken(proposals.approve(asked(two), ines, now));
    const again = (wanted: proposals.Proposed, at: number) => proposals.asked(approved, wanted, two, 'x', at).approvals;
    expect(again(failover, now + minute)).toHaveLength(1);
    expect(again({ ...failover, epoch: 8 }, now + minute)).toEqual([]);
    expect(again(failover, now + 30 * minute)).toEqual([]);
  });

  test('waits longer when somebody extends it, and no shorter', () => {
    expect(taken(proposals.extend(asked(), ines, now + 20 * minute)).until).toBe(now + 50 * minute);
    expect(refusal(proposals.extend(asked(), { ...ines, until: '2026-12-01T06:10:00Z' }, now))).toMatch(
      /anyway; nothing was changed/,
    );
  });

  test('reminds every five minutes while too few have answered', () => {
    const waiting = asked(two);
    expect(proposals.isUnanswered(waiting, now + 5 * minute - 1)).toBe(false);
    expect(proposals.isUnanswered(waiting, now + 5 * minute)).toBe(true);
    expect(proposals.isUnanswered({ ...waiting, reminders: 1 }, now + 9 * minute)).toBe(false);
    expect(proposals.isUnanswered(taken(proposals.reject(waiting, jo, now)), now + 9 * minute)).toBe(false);
    const both = taken(proposals.approve(taken(proposals.approve(waiting, ines, now)), jo, now));
    expect(proposals.isUnanswered(both, now + 9 * minute)).toBe(false);
  });
});

test('the score of mode observe counts each occasion once, with its timing and with what became of it', () => {
  const would = { kind: 'failover', from: 'A', to: 'B', failingForMs: 65_000 } as const;
  const at = Date.UTC(2026, 11, 1, 6);
  const seen = sighted(sighted(emptyScore, { ...would, at }), { ...would, at: at + 15_000 });
  expect(scoreLines(seen)[0]).toBe('It would have acted once: 0 made by a person too, 0 well again without it.');
  const made = movedBy(seen, 'failover', at + 120_000);
  const passed = ended(sighted(made, { ...would, at: at + 600_000 }), 'passed', at + 640_000);
  expect(scoreLines(passed)).toEqual([
    'It would have acted 2 times: 1 made by a person too, 1 well again without it.',
    '- 2026-12-01T06:10:00.000Z failover from A to B, 65 s after the trouble began; all was well again without it 40 s later.',
    '- 2026-12-01T06:00:00.000Z failover from A to B, 65 s after the trouble began; a person made it 120 s later.',
  ]);
  expect(movedBy(passed, 'failover', at)).toBe(passed);
});
