/** An incident holds everything that was tried for it, brakes what fails again and again, and ends when all was quiet. */
import { brakesOn } from '../../src/domain/incident/brakes';
import {
  advance,
  emptyBook,
  quietForMs,
  type AttemptEnding,
  type IncidentBook,
  type IncidentEvent,
} from '../../src/domain/incident/incident';

const second = 1_000;
const move = { kind: 'failover', from: 'A', to: 'B' } as const;
const after = (events: IncidentEvent[], book: IncidentBook = emptyBook): IncidentBook => events.reduce(advance, book);
const judged = (at: number, loud: boolean, running = false): IncidentEvent => ({
  ...{ type: 'judged', at, loud, running, because: loud ? 'Region A is lost.' : 'All is well.' },
});
const tried = (at: number, ending: AttemptEnding, because = 'B lags.'): IncidentEvent[] => [
  { type: 'started', at, ...move, automatic: true, because: 'Region A is lost.' },
  { type: 'ended', at: at + second, ...move, ending, because },
];
const holds = (book: IncidentBook, now: number) => brakesOn(book.open, now).failover;

test('the first thing that is not quiet opens an incident, and the next one goes on with it', () => {
  const book = after([judged(0, false), judged(1, true), judged(2, true)]);
  expect(book).toMatchObject({ last: 1, open: { number: 1, openedAt: 1, because: 'Region A is lost.' } });
});

test('ten quiet minutes end it, and the next one has a new number', () => {
  const quiet = after([judged(0, true), judged(1, false), judged(quietForMs, false)]);
  expect(quiet.open?.number).toBe(1);
  const over = after([judged(quietForMs + 1, false)], quiet);
  expect(over).toEqual({ version: 1, last: 1 });
  expect(after([judged(quietForMs + 2, true)], over).open?.number).toBe(2);
});

test('a moment that is not quiet begins the ten minutes anew', () => {
  const book = after([
    judged(0, true),
    judged(1, false),
    judged(2, true),
    judged(3, false),
    judged(quietForMs + 2, false),
  ]);
  expect(book.open?.quietSince).toBe(3);
});

test('it stays open while a transfer runs, and while one that ended half way awaits a person', () => {
  const running = after([judged(0, true), judged(1, false), judged(quietForMs + 1, false, true)]);
  expect(running.open).toBeDefined();
  const left = after([...tried(0, 'needs-operator'), judged(2, false), judged(quietForMs * 2, false)]);
  expect(left.open).toBeDefined();
  const seen = after([{ type: 'acknowledged', at: 3, by: 'ines' }, judged(quietForMs * 3, false)], left);
  expect(seen.open).toBeUndefined();
});

test.each<[string, AttemptEnding, number, string | undefined]>([
  ['was refused 10 s ago', 'refused', 11, 'The failover was refused and is tried again in 20 s: B lags.'],
  ['was refused 31 s ago', 'refused', 32, undefined],
  ['was rolled back 10 s ago', 'rolled-back', 11, 'The failover was rolled back and is tried again in 20 s: B lags.'],
  ['was completed', 'completed', 2, undefined],
  ['ended needs-operator', 'needs-operator', 10_000, 'The failover ended needs-operator: B lags.'],
])('a failover that %s', (_, ending, now, because) => {
  expect(holds(after(tried(0, ending)), now * second)?.because).toBe(because);
});

test('the pause doubles, and after three tries a person must look, for good', () => {
  const twice = after([...tried(0, 'refused'), ...tried(40 * second, 'refused')]);
  expect(holds(twice, 42 * second)?.because).toMatch(/tried again in 59 s/);
  const thrice = after(tried(120 * second, 'rolled-back', 'The drain took too long.'), twice);
  expect(holds(thrice, 86_400 * second)).toEqual({
    until: 'person',
    because: 'The failover was tried 3 times and last was rolled back: The drain took too long.',
  });
});

test('an acknowledgement lets the monitor try again, and so does a success', () => {
  const thrice = after([0, 100, 300].flatMap((at) => tried(at * second, 'refused')));
  expect(holds(after([{ type: 'acknowledged', at: 0, by: 'ines' }], thrice), 400 * second)).toBeUndefined();
  expect(holds(after(tried(400 * second, 'completed'), thrice), 402 * second)).toBeUndefined();
});

test('what failed holds back its own kind alone, except where a person must look', () => {
  expect(Object.keys(brakesOn(after(tried(0, 'refused')).open, 2 * second))).toEqual(['failover']);
  expect(Object.keys(brakesOn(after(tried(0, 'needs-operator')).open, 2 * second))).toHaveLength(6);
});

test('a run that no longer runs and told nothing, as a terminated one, is for a person', () => {
  const [started] = tried(0, 'refused');
  const book = after([started as IncidentEvent, judged(31 * second, true)]);
  expect(holds(book, 32 * second)).toEqual({
    until: 'person',
    because: 'The failover ended unseen: It ended and told nobody, as a terminated run does.',
  });
  expect(holds(after([started as IncidentEvent, judged(31 * second, true, true)]), 32 * second)).toBeUndefined();
});

test('a transfer that a person started is part of it once it leaves something to a person', () => {
  const end = (ending: AttemptEnding): IncidentEvent => ({
    type: 'ended',
    at: 5,
    ...move,
    ending,
    because: 'Stopped.',
  });
  expect(after([end('completed')])).toEqual(emptyBook);
  expect(after([end('rolled-back')])).toEqual(emptyBook);
  expect(after([end('needs-operator')]).open?.attempts).toEqual([
    expect.objectContaining({ automatic: false, ending: 'needs-operator' }),
  ]);
});

test('it stays small, however long it lasts', () => {
  const book = after(Array.from({ length: 200 }, (_, n) => tried(n * second, 'refused', 'x'.repeat(5_000))).flat());
  expect(JSON.stringify(book).length).toBeLessThan(15_000);
});
