import { movesSentence } from '../../lab/drill/moves';

const finding = (name: string, counts: Record<string, number>, ok: boolean | null = true) => ({
  name,
  ok,
  because: '',
  examples: [],
  counts,
});
const kept = { acknowledged: 900, missing: 0, altered: 0, renumbered: 0 };

test.each<[string, ReturnType<typeof finding>[], string]>([
  [
    'every order is whole',
    [finding('acknowledged-orders', kept), finding('whole-orders', { wrong: 0 })],
    '0 of 900 acknowledged orders are missing, altered or not whole.',
  ],
  [
    'some are not',
    [
      finding('acknowledged-orders', { ...kept, missing: 1, altered: 2 }, false),
      finding('whole-orders', { wrong: 3 }, false),
    ],
    '6 of 900 acknowledged orders are missing, altered or not whole.',
  ],
  [
    'the referee could not read them',
    [finding('acknowledged-orders', kept, null), finding('whole-orders', {}, null)],
    'how many acknowledged orders are not whole is unknown.',
  ],
  ['the referee said nothing', [], 'how many acknowledged orders are not whole is unknown.'],
])('planned moves are counted with their orders where %s', (_, findings, sentence) => {
  expect(movesSentence(20, { findings })).toBe(`20 planned moves under load: ${sentence}`);
});
