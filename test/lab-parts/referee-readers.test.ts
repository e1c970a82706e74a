import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAmount, sameAmount } from '../../lab/referee/amounts';
import { refereeArguments } from '../../lab/referee/arguments';
import { differing } from '../../lab/referee/items';
import { ledgerLines } from '../../lab/referee/ledgers';
import { persistentDifferences } from '../../lab/referee/rows';
import { sessionKeyOf } from '../../lab/referee/sessions-and-uploads';

describe('rows read three times', () => {
  const rows = (text: Record<string, string>): Map<string, string> => new Map(Object.entries(text));

  it.each([
    ['one that changed at the source in between', { x: '1' }, { x: '2' }, { x: '2' }, []],
    ['one that is new at the source', {}, { x: '1' }, { x: '1' }, []],
    ['one that was removed at the source', { x: '1' }, {}, {}, []],
    ['one that is equal', { x: '1' }, { x: '1' }, { x: '1' }, []],
    ['one that is another in the copy', { x: '1' }, { x: '2' }, { x: '1' }, ['differs between A and B']],
    ['one the copy lacks', { x: '1' }, {}, { x: '1' }, ['only in A']],
    ['one only the copy has', {}, { x: '1' }, {}, ['only in B']],
  ])('judge %s', (_name, before, between, after, kinds) => {
    const read = { before: rows(before), between: rows(between), after: rows(after) };
    expect(persistentDifferences('t', read, 'A', 'B').map((difference) => difference.kind)).toEqual(kinds);
  });
});

describe('the readers', () => {
  it('find the session of a cart by the token that WooCommerce signs, and any other by its own', () => {
    const signed = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.sum`;
    expect(sessionKeyOf(signed({ user_id: 't_1', exp: 2 }))).toBe('t_1');
    expect(sessionKeyOf('t_2')).toBe('t_2');
  });

  it('name each item of the table that is not the same in both regions', () => {
    const a = new Map([
      ['order#1', 'x'],
      ['order#2', 'x'],
      ['order#3', 'x'],
    ]);
    const b = new Map([
      ['order#1', 'x'],
      ['order#2', 'y'],
      ['order#4', 'x'],
    ]);
    expect([...differing(a, b).values()]).toEqual([
      'order#2: A has x, B has y',
      'order#3: A has x, B has nothing',
      'order#4: A has nothing, B has x',
    ]);
  });

  it('read whole lines of all matching ledgers and name a broken one', async () => {
    const lab = mkdtempSync(join(tmpdir(), 'referee-'));
    mkdirSync(join(lab, 'ledgers'));
    writeFileSync(join(lab, 'ledgers/acks-A.jsonl'), '{"n":1}\n{"n":2}\n{"n":');
    writeFileSync(join(lab, 'ledgers/acks-world.jsonl'), '{"n":3}\n');
    expect(await ledgerLines(lab, /^acks-.*\.jsonl$/)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    writeFileSync(join(lab, 'ledgers/acks-B.jsonl'), 'oops\n');
    await expect(ledgerLines(lab, /^acks-.*\.jsonl$/)).rejects.toThrow(/acks-B.jsonl line 1 is not valid JSON: oops/);
    rmSync(lab, { recursive: true });
  });

  it.each([
    ['12.5', 1_250_000_000n],
    [12.5, 1_250_000_000n],
    ['12.50000000', 1_250_000_000n],
    ['-0.01', -1_000_000n],
    ['12.5 EUR', undefined],
    [null, undefined],
  ])('takes %p for the amount %p', (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
    expect(sameAmount(text, text)).toBe(amount !== undefined);
  });

  it.each([
    [[], /--lab is missing: name the folder of the lab, for example --lab .lab/],
    [['--lab', '.lab', '--region', 'C'], /--region must be A, B or both, not "C"/],
    [['--lab', '.lab', '--shop', 'small'], /--shop must be full, plain or woocommerce, not "small"/],
    [['--lab', '.lab', '--fast'], /--fast/],
  ])('refuse %j', (argv, message) => {
    expect(() => refereeArguments(argv)).toThrow(message);
  });

  it('have the addresses of the lab unless told others', () => {
    expect(refereeArguments(['--lab', '.lab', '--address-b', '127.0.0.1'])).toMatchObject({
      addresses: { A: '198.51.100.10', B: '127.0.0.1' },
      region: 'both',
      shop: 'full',
      settled: false,
    });
  });
});
