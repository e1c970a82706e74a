import { flawsOf, type StepCall } from '../../src/domain/plan/plan';
import { aCall, aPlan, pivot, undoable } from './calls';

const fence = undoable('fence-database');
const verify = aCall('verify-region');
const dns = aCall('switch-dns');
const sound = [
  [undoable('stage-settings'), aCall('sync-media')],
  [fence],
  [aCall('drain-database')],
  [pivot],
  [verify],
  [dns],
];

test.each<[string, StepCall[][]]>([
  ['a transfer: fence, promote, verify, then DNS', sound],
  ['a traffic switch beside DNS', [[verify], [dns, aCall('switch-traffic')]]],
  ['a plan that promotes nothing and moves no name', [[undoable('stage-settings')], [verify]]],
  ['a fence beside other steps of an earlier stage', [[fence, undoable('stage-settings')], [pivot]]],
  [
    'the same step twice under two names',
    [[aCall('sync-media', { id: 'sync-media/before' })], [aCall('sync-media', { id: 'sync-media/after' })]],
  ],
])('sound: %s', (_, stages) => {
  expect(flawsOf(aPlan(stages))).toEqual([]);
});

test.each<[string, StepCall[][], string[]]>([
  ['no steps', [], ['The plan has no steps.']],
  ['only empty stages', [[], []], ['The plan has no steps.']],
  ['two steps of one name', [[aCall('sync-media'), aCall('sync-media')]], ['Two steps are called sync-media.']],
  [
    'two points of no return',
    [[fence], [pivot], [{ ...pivot, id: 'promote-database/again' }]],
    ['The plan has more than one point of no return.'],
  ],
  [
    'company at the point of no return',
    [[fence], [pivot, aCall('canary-order')]],
    ['The point of no return is not alone in its stage.'],
  ],
  ['no fence', [[pivot]], ['The plan promotes without fencing the old primary first.']],
  [
    'a fence behind the promotion',
    [[pivot], [aCall('fence-database')]],
    ['The plan promotes without fencing the old primary first.'],
  ],
  [
    'an undo after the point of no return',
    [[fence], [pivot], [undoable('proxy-region')]],
    ['proxy-region can be undone, but comes after the point of no return.'],
  ],
  ['DNS and no verification', [[dns]], ['The plan moves DNS to a region that it does not verify first.']],
  [
    'DNS in the stage of the verification',
    [[verify, dns]],
    ['The plan moves DNS to a region that it does not verify first.'],
  ],
  ['DNS before the verification', [[dns], [verify]], ['The plan moves DNS to a region that it does not verify first.']],
  [
    'a traffic switch before the verification',
    [[aCall('switch-traffic')], [verify]],
    ['The plan moves customers to a region that it does not verify first.'],
  ],
])('flawed: %s', (_, stages, flaws) => {
  expect(flawsOf(aPlan(stages))).toEqual(flaws);
});

test('every flaw is told, not only the first', () => {
  const stages = [[dns, dns], [pivot, undoable('proxy-region')], [{ ...pivot, id: 'again' }]];
  expect(flawsOf(aPlan(stages)).length).toBeGreaterThanOrEqual(5);
});
