/** What a person is told who asks why: every guard and its answer, what happens next and by when, what is not known. */
import { decide } from '../../src/domain/decision/decide';
import { explanation } from '../../src/domain/decision/explanation';
import { guardAnswers, objectionsTo } from '../../src/domain/decision/guards';
import type { Action } from '../../src/domain/decision/course';
import type { Situation } from '../../src/domain/decision/situation';
import { transferKinds } from '../../src/domain/plan/request';
import { down, minute, situation, type Said } from './testimony';

const lost: Said = { app: down, table: down, replica: 'lost' };
const failover: Action = { kind: 'failover', from: 'A', to: 'B' };

function why(said: Said, differs: Partial<Situation> = {}, notKnown: string[] = []): string {
  const asked = situation(said, differs);
  const decision = decide(asked);
  const action = ('proposed' in decision ? decision.proposed : undefined) ?? failover;
  const planner = [{ topic: 'the database of the standby is silent' }, { topic: 'x', because: 'B is no replica.' }];
  return explanation({ situation: asked, decision, action, guards: guardAnswers(asked, action), planner, notKnown });
}

test('while all is well it says what would stand in the way of a failover', () => {
  const told = why({});
  expect(told).toMatch(/^shop: healthy\..*\nDecision: hold\./);
  expect(told).toMatch(/Were A lost now, the guards of the monitor over a failover from A to B, 0 of \d+ object:/);
  expect(told).toContain('  ok       frozen: no');
  expect(told).toContain('  REFUSES  B is no replica.');
  expect(told).toContain('Everything that was asked has answered.');
});

const frozen = { freeze: { by: 'ines', because: 'racks', endsInMs: 10 * minute } };
const moved = { agoMs: minute, from: 'B', to: 'A', automatic: true, acknowledged: false };

test.each<[string, Said, Partial<Situation>, RegExp[]]>([
  [
    'a freeze: until when, and who ends it how',
    lost,
    frozen,
    [
      /Next: the freeze ends by itself in 10 min\./,
      /REFUSES {2}Frozen for.*\n.*Override: a person: npx handover thaw shop/,
    ],
  ],
  [
    'a cool-down, and what nobody acknowledged',
    lost,
    { lastTransfer: moved },
    [/Next: the cool-down ends in \d+ min\./, /Override: a person: npx handover acknowledge shop/],
  ],
  [
    'automatic moves that are off: what to type',
    lost,
    { policy: { ...situation().policy, automatic: false } },
    [
      /Next: nothing else happens until a person types: npx handover transfer shop --kind failover --to B/,
      /ASKS {5}policy\.automatic is false.*\n.*Override: a person: npx handover transfer shop --kind failover --to B/,
    ],
  ],
  [
    'mode approve: the approval, which lets the move begin',
    lost,
    { mode: 'approve' },
    [
      /Next: nothing else happens until a person types: npx handover approve shop --epoch "\d+"/,
      /ASKS {5}Mode approve: .*\n.*Override: a person: npx handover approve shop/,
    ],
  ],
  [
    'a run under way, which nobody overrides',
    lost,
    { running: 'transfer/shop' },
    [/REFUSES {2}transfer\/shop is running\.\n.*Override: nobody; it must end first/],
  ],
  ['what is done at once', lost, {}, [/Next: the monitor starts it now: npx handover transfer shop --kind failover/]],
])('it tells of %s', (_, said, differs, sentences) => {
  for (const sentence of sentences) expect(why(said, differs)).toMatch(sentence);
});

test('what is not known is said as such', () => {
  expect(why({}, {}, ['The shop of B: It did not answer within 4 s.'])).toMatch(
    /Not known:\n {2}The shop of B: It did/,
  );
});

test.each(transferKinds)('over a %s the same guards answer as decide', (kind) => {
  const asked = situation(lost, { ...frozen, lastTransfer: moved, running: 'transfer/shop' });
  const action = { kind, from: 'A', to: 'B' };
  const spoken = guardAnswers(asked, action).flatMap(({ because }) => because ?? []);
  expect(spoken).toEqual(objectionsTo(asked, action).map(({ because }) => because));
});
