/** Whether a region serves: each obstacle is a row, with what to type. */
import { canServe, obstacles, withCures, type ServingFacts } from '../../src/domain/readiness/can-serve';
import { facts } from './testimony';

const serving: ServingFacts = { ...facts('A'), epoch: 7, gate: '', scheduler: 'on', because: 'A serves.' };
const with_ = (database: Parameters<typeof facts>[1]): ServingFacts => ({
  ...serving,
  ...facts('A', database),
  serving: false,
});

test('a primary that is open in its epoch serves', () => {
  expect(canServe('A', serving)).toEqual({ answer: 'yes' });
});

test('nobody knows of a shop that was not heard', () => {
  expect(canServe('A', undefined)).toMatchObject({ answer: 'unknown' });
});

const rows: [string, ServingFacts, RegExp][] = [
  ['its database does not answer its shop', with_('dead'), /start the database of A/],
  ['its settings say standby', { ...serving, role: 'standby' }, /file that regions\.A\.settings\.file names/],
  ['its database is read-only', with_({ readOnly: true }), /npx handover transfer shop --kind restore/],
  ['its database names another primary', with_({ primary: 'B' }), /names B as the primary.*npx handover drill shop/],
  ['its settings are of another epoch', { ...serving, epoch: 6 }, /settings of epoch 6 and a database of epoch 7/],
  ['its epoch is not verified', with_({ verifiedEpoch: 6 }), /not verified in epoch 7.*verified_epoch = epoch/],
  [
    'its gate is shut',
    { ...serving, gate: 'shut' },
    /delete on its host the file that regions\.A\.settings\.gate names/,
  ],
  ['its serving check says no', { ...serving, serving: false, because: 'no' }, /says that it does not serve \(no\)/],
];

test.each(rows)('%s', (topic, told, sentence) => {
  const answer = canServe('A', told);
  expect(answer).toMatchObject({ answer: 'no', obstacles: [{ topic }] });
  expect(answer.answer === 'no' && withCures(answer.obstacles, 'shop')).toMatch(sentence);
});

test('every obstacle has its row here', () => {
  expect(rows.map(([topic]) => topic)).toEqual(expect.arrayContaining(obstacles.map(({ topic }) => topic)));
});

test('all that stands in the way is said, not the first alone', () => {
  const told = { ...with_({ readOnly: true, verifiedEpoch: 6 }), gate: 'shut' };
  const answer = canServe('A', told);
  expect(answer.answer === 'no' && answer.obstacles).toHaveLength(3);
});
