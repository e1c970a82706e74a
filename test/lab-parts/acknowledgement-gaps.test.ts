import { acknowledgementGaps } from '../../lab/shoppers/acknowledgement-gaps';
import type { AckLine, FailureLine } from '../../lab/shoppers/ledger-lines';

describe('acknowledgementGaps', () => {
  const base = Date.parse('2026-11-23T10:00:00.000Z');
  const ack = (ms: number, op: AckLine['op'] = 'order'): AckLine => ({
    at: new Date(base + ms).toISOString(),
    mono: ms,
    attemptAt: '',
    attemptMono: ms,
    shopper: 's',
    place: 'world',
    op,
    key: 'k',
    intent: null,
    region: 'A',
    epoch: 1,
    status: 201,
    answer: {},
  });
  const window = { from: new Date(base + 1000).toISOString(), to: new Date(base + 5000).toISOString() };

  it.each([
    ['between two acknowledgements', [900, 1100, 2600, 2700, 4900, 5050], 2200],
    ['that reaches over the edge of the window whole', [200, 1900, 3000, 4000, 5010], 1700],
    ['up to the edge where nothing follows', [900, 1100, 2000], 3000],
    ['of the whole window when nobody was acknowledged', [], 4000],
  ])('finds the longest gap %s', (_name, times, longest) => {
    expect(
      acknowledgementGaps(
        times.map((ms) => ack(ms)),
        [],
        window,
      ).longestMs,
    ).toBe(longest);
  });

  it('counts only what writes orders, failures and each second', () => {
    const failure: FailureLine = {
      at: '',
      mono: 2500,
      shopper: 's',
      place: 'A',
      op: 'order',
      key: 'k',
      because: 'HTTP 503',
    };
    const found = acknowledgementGaps(
      [ack(900), ack(1200), ack(1300), ack(3000, 'cart'), ack(4000)],
      [failure],
      window,
    );
    expect(found).toMatchObject({
      acknowledged: 3,
      failed: 1,
      longestMs: 2700,
      longestFrom: '2026-11-23T10:00:01.300Z',
    });
    expect(found.perSecond.map((row) => [row.acknowledged, row.failed])).toEqual([
      [2, 0],
      [0, 1],
      [0, 0],
      [1, 0],
      [0, 0],
    ]);
  });

  it('refuses a window that is no time span', () => {
    expect(() => acknowledgementGaps([], [], { from: window.to, to: window.from })).toThrow(
      /the window must end after it starts/,
    );
  });
});
