/** An incident holds everything that was tried for it, brakes what fails again and again, and ends when all was quiet. */
import { keyOf } from '../../src/domain/incident/calls';
import { brakesOn } from '../../src/domain/incident/brakes';
import { emptyBook, type AttemptEnding, type IncidentBook, type IncidentEvent } from '../../src/domain/incident/book';
import { advance, bookAt, quietForMs } from '../../src/domain/incident/incident';
import type { TransferKind } from '../../src/domain/plan/request';

const second = 1_000;
const minute = 60 * second;
const move = { kind: 'failover', from: 'A', to: 'B' } as const;
const after = (events: IncidentEvent[], book: IncidentBook = emptyBook): IncidentBook => events.reduce(advance, book);
type Look = { wishes?: boolean; calls?: string; running?: boolean };
const judged = (at: number, { wishes = false, calls, running = false }: Look = {}): IncidentEvent => ({
  ...{ type: 'judged', at, wishes, calls, running, because: wishes ? 'Region A is lost.' : 'All is well.' },
});
const lost = (at: number) => judged(at, { wishes: true, calls: 'shop/region-down/A' });
const asked = (at: number): IncidentEvent => ({ type: 'asked', at, ...move, because: 'Region A is lost.' });
const over = (
  at: number,
  ending: AttemptEnding,
  more: { run?: string; because?: string; kind?: TransferKind } = {},
): IncidentEvent => ({
  ...{ type: 'over', at, ...move, ending, because: 'B lags.', ...more },
});
const tried = (at: number, ending: AttemptEnding, because = 'B lags.'): IncidentEvent[] => [
  asked(at),
  { type: 'taken', run: `run of ${at}` },
  over(at + second, ending, { run: `run of ${at}`, because }),
];
const holds = (book: IncidentBook, now: number) => brakesOn(bookAt(book, now), now).failover;

describe('an incident', () => {
  test('is opened by the first thing that is not quiet, and the next one goes on with it', () => {
    const book = after([judged(0), lost(1), lost(2)]);
    expect(book).toMatchObject({ last: 1, open: { number: 1, openedAt: 1, because: 'Region A is lost.' } });
  });

  test('is over after ten quiet minutes, whenever somebody looks, and the next one has a new number', () => {
    const quiet = after([lost(0), judged(1)]);
    expect(bookAt(quiet, quietForMs).open?.number).toBe(1);
    expect(bookAt(quiet, quietForMs + 1)).toEqual({ version: 1, last: 1 });
    expect(after([lost(quietForMs * 5)], quiet).open).toMatchObject({ number: 2, openedAt: quietForMs * 5 });
  });

  test.each<[string, Look]>([
    ['something is to be done, though a guard forbids it without a call', { wishes: true }],
    ['somebody is called', { calls: 'shop/region-down/A' }],
    ['a transfer runs', { running: true }],
  ])('is not quiet while %s', (_, look) => {
    const book = after([lost(0), judged(1), judged(2, look), judged(3)]);
    expect(book.open?.quietSince).toBe(3);
    expect(after([lost(0), judged(2, look)]).open?.quietSince).toBeUndefined();
  });

  test('stays open while a run that ended half way awaits a person', () => {
    const left = after([...tried(0, 'needs-operator'), judged(2)]);
    expect(bookAt(left, quietForMs * 2).open).toBeDefined();
    const seen = after([{ type: 'acknowledged', at: 3, by: 'ines' }], left);
    expect(bookAt(seen, quietForMs * 2).open).toBeUndefined();
  });

  test('is closed by a person, who answers for all that was tried, and what is not well opens the next one', () => {
    const book = after([
      ...[0, 100].flatMap((at) => tried(at * second, 'refused')),
      ...tried(200 * second, 'needs-operator'),
    ]);
    const closed = after([{ type: 'closed', at: 300 * second, by: 'ines' }], book);
    expect(closed).toEqual({ version: 1, last: 1 });
    const next = after([lost(301 * second)], closed);
    expect(next.open).toMatchObject({ number: 2, attempts: [] });
    expect(holds(next, 302 * second)).toBeUndefined();
    expect(keyOf(next, 'shop/region-down/A')).not.toBe(keyOf(book, 'shop/region-down/A'));
  });

  test('is not closed while a transfer of it runs', () => {
    const book = after([...tried(0, 'refused'), asked(40 * second), { type: 'taken', run: 'r' }]);
    expect(after([{ type: 'closed', at: 41 * second, by: 'ines' }], book)).toEqual(book);
  });

  test('stays small, however long it lasts', () => {
    const book = after(Array.from({ length: 200 }, (_, n) => tried(n * second, 'refused', 'x'.repeat(5_000))).flat());
    expect(JSON.stringify(book).length).toBeLessThan(15_000);
  });
});

describe('what failed', () => {
  test.each<[string, AttemptEnding, number, string | undefined]>([
    ['was refused 10 s ago', 'refused', 11, 'The failover was refused and is tried again in 20 s: B lags.'],
    ['was refused 31 s ago', 'refused', 32, undefined],
    ['was rolled back 10 s ago', 'rolled-back', 11, 'The failover was rolled back and is tried again in 20 s: B lags.'],
    ['was completed', 'completed', 2, undefined],
    ['ended needs-operator', 'needs-operator', 10_000, 'The failover ended needs-operator: B lags.'],
  ])('holds back the next failover: one that %s', (_, ending, now, because) => {
    expect(holds(after(tried(0, ending)), now * second)?.because).toBe(because);
  });

  test('holds it back twice as long each time, and after three tries until a person looks', () => {
    const twice = after([...tried(0, 'refused'), ...tried(40 * second, 'refused')]);
    expect(holds(twice, 42 * second)?.because).toMatch(/tried again in 59 s/);
    const thrice = after(tried(120 * second, 'rolled-back', 'The drain took too long.'), twice);
    expect(holds(thrice, 86_400 * second)).toEqual({
      until: 'person',
      because: 'The failover was tried 3 times and last was rolled back: The drain took too long.',
    });
  });

  test('counts although each try takes longer than the ten minutes, since a lost region is never quiet', () => {
    let [book, at, tries] = [emptyBook, 0, 0];
    for (; tries < 8 && holds(book, at)?.until !== 'person'; at += 15 * second) {
      const isHeld = holds(book, at) !== undefined;
      book = advance(book, judged(at, { wishes: true, ...(!isHeld && { calls: 'shop/region-down/A' }) }));
      if (isHeld) continue;
      tries += 1;
      const run = `run ${tries}`;
      book = after([asked(at), { type: 'taken', run }], book);
      for (const end = at + 12 * minute; at < end; at += 15 * second)
        book = advance(book, judged(at, { wishes: true, running: true }));
      book = advance(book, over(at, 'rolled-back', { run }));
    }
    expect({ tries, incidents: book.last }).toEqual({ tries: 3, incidents: 1 });
  });

  test('lapses once nothing was to be done for ten minutes, though somebody is called all the time', () => {
    const monday = [0, 100, 300].flatMap((at) => tried(at * second, 'refused'));
    const week = Array.from({ length: 96 }, (_, hour) =>
      judged((hour + 1) * 60 * minute, { calls: 'shop/region-down/A' }),
    );
    const friday = after([...monday, ...week]);
    expect(holds(friday, 97 * 60 * minute)).toBeUndefined();
    expect(holds(after([lost(97 * 60 * minute)], friday), 97 * 60 * minute)).toBeUndefined();
  });

  test('holds back no longer once a person acknowledged it, or one of its kind succeeded', () => {
    const thrice = after([0, 100, 300].flatMap((at) => tried(at * second, 'refused')));
    expect(holds(after([{ type: 'acknowledged', at: 0, by: 'ines' }], thrice), 400 * second)).toBeUndefined();
    expect(holds(after(tried(400 * second, 'completed'), thrice), 402 * second)).toBeUndefined();
  });

  test('holds back its own kind alone, except where a person must look', () => {
    expect(Object.keys(brakesOn(after(tried(0, 'refused')), 2 * second))).toEqual(['failover']);
    expect(Object.keys(brakesOn(after(tried(0, 'needs-operator')), 2 * second))).toHaveLength(6);
  });

  test('half way is mended by a later move that was completed', () => {
    const mended = after([...tried(0, 'needs-operator'), over(5 * minute, 'completed', { run: 'of a person' })]);
    expect(mended.open?.attempts[0]?.acknowledgedBy).toBe('the failover after it');
    expect(brakesOn(mended, 6 * minute)).toEqual({});
  });

  test('is acknowledged by whoever did so first', () => {
    const both = ['ines', 'bob'].map((by): IncidentEvent => ({ type: 'acknowledged', at: 3, by }));
    expect(after([...tried(0, 'needs-operator'), ...both]).open?.attempts[0]?.acknowledgedBy).toBe('ines');
  });
});

describe('a repair that is completed again and again', () => {
  const mended = (times: number, everyMs: number, kind: TransferKind = 'restore') =>
    after(
      Array.from({ length: times }, (_, n) => [
        judged(n * everyMs, { wishes: true }),
        over(n * everyMs + second, 'completed', { kind, run: `run ${n}` }),
        judged(n * everyMs + 2 * second),
      ]).flat(),
    );
  const held = (book: IncidentBook, now: number) => brakesOn(bookAt(book, now), now).restore?.because;

  test('is for a person from the sixth within an hour on, also where each was an incident of its own', () => {
    const book = mended(5, 11 * minute);
    expect(book.last).toBe(5);
    expect(held(mended(4, 11 * minute), 44 * minute)).toBeUndefined();
    expect(held(book, 55 * minute)).toBe('The restore was completed 5 times within an hour and did not last.');
    expect(held(book, 61 * minute)).toBeUndefined();
  });

  test('is made again once a person acknowledged it', () => {
    const seen = after([{ type: 'acknowledged', at: 55 * minute, by: 'ines' }], mended(5, 11 * minute));
    expect(held(seen, 55 * minute)).toBeUndefined();
  });

  test('holds back no move and no table pointer', () => {
    expect(brakesOn(mended(9, minute, 'pointer'), 10 * minute)).toEqual({});
    expect(Object.keys(brakesOn(mended(9, minute), 10 * minute))).toEqual(['restore']);
  });
});

describe('the key of an alert', () => {
  const matter = 'shop/region-down/A';
  /** Somebody is called every 15 s of `lastingMs`, as a monitor does while all is not well. */
  const outage = (from: number, lastingMs: number, calls = matter): IncidentEvent[] =>
    Array.from({ length: lastingMs / 15_000 }, (_, n) => judged(from + n * 15_000, { wishes: true, calls }));
  const told = (book: IncidentBook) => keyOf(book, matter);

  test('is one as long as the outage lasts, however long that is', () => {
    const begun = after(outage(0, 15_000));
    expect(told(begun)).toBe('shop/region-down/A/1/1970-01-01T00:00:00.000Z');
    expect(told(after(outage(0, 60 * minute)))).toBe(told(begun));
    expect(told(after([judged(16_000), judged(8 * minute), ...outage(9 * minute, minute)], begun))).toBe(told(begun));
  });

  test('is another one for the next outage, though the first call may be acknowledged only', () => {
    const first = after([...outage(0, minute), judged(minute)]);
    const later = after(outage(60 * 86_400 * second, minute), first);
    expect([first, later].map(told)).toEqual([
      'shop/region-down/A/1/1970-01-01T00:00:00.000Z',
      'shop/region-down/A/2/1970-03-02T00:00:00.000Z',
    ]);
  });

  test('is another one too where the incident stayed open for something else', () => {
    const first = after([...outage(0, minute), ...outage(minute, 60 * minute, 'shop/standby')]);
    const later = after(outage(61 * minute, minute), first);
    expect(later.last).toBe(1);
    expect(told(later)).not.toBe(told(after(outage(0, minute))));
  });

  test('is never the one of a monitor before, whose incidents had the same numbers', () => {
    expect(told(after(outage(0, minute)))).not.toBe(told(after(outage(90 * minute, minute))));
  });
});

describe('a run of which no end was heard', () => {
  test('is for a person once it no longer runs, as a terminated one', () => {
    const book = after([asked(0), { type: 'taken', run: 'r' }, lost(31 * second)]);
    expect(holds(book, 32 * second)).toEqual({
      until: 'person',
      because: 'The failover is over: It told nobody how, as a terminated run does.',
    });
    const running = after([asked(0), judged(31 * second, { wishes: true, running: true })]);
    expect(holds(running, 32 * second)).toBeUndefined();
  });

  test("is not taken for ended by the end of a person's transfer", () => {
    const begun = after([asked(0), { type: 'taken', run: 'r' }]);
    for (const ending of ['refused', 'completed'] as const)
      expect(after([over(5, ending, { run: 'of a person' })], begun).open?.attempts[0]?.ending).toBeUndefined();
  });
});

test('a run whose end is heard before its run id is known has ended', () => {
  const book = after([asked(0), over(1, 'refused', { run: 'r' }), { type: 'taken', run: 'r' }]);
  expect(book.open?.attempts).toMatchObject([{ ending: 'refused' }]);
});

test('a transfer that was not started, because another runs, is no try', () => {
  expect(after([asked(0), { type: 'taken' }]).open?.attempts).toEqual([]);
});

test('a transfer that a person started is part of it once it leaves something to a person', () => {
  const end = (ending: AttemptEnding) => after([over(5, ending, { run: 'r' })]);
  expect(end('completed')).toEqual(emptyBook);
  expect(end('rolled-back')).toEqual(emptyBook);
  expect(end('needs-operator').open?.attempts).toEqual([
    expect.objectContaining({ automatic: false, ending: 'needs-operator' }),
  ]);
});
