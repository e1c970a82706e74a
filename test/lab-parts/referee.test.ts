import type { Finding } from '../../lab/referee/finding';
import { judge } from '../../lab/referee/judge';
import { judgementText } from '../../lab/referee/text';
import { cases as firstCases, loseOrder } from './referee-cases';
import { detailCases } from './referee-detail-cases';
import { attemptOf, chargeOf, placeOrder, smallWorld } from './small-world';

const cases = [...firstCases, ...detailCases];

function find(findings: readonly Finding[], name: string): Finding {
  return findings.find((finding) => finding.name === name)!;
}

describe('the referee', () => {
  it('agrees with a shop that was moved without a loss', () => {
    const judgement = judge(smallWorld());
    expect(judgement.findings.filter((finding) => finding.ok !== true)).toEqual([]);
    expect(judgement).toMatchObject({ verdict: 'agrees', primary: 'B' });
    expect(judgement.sentence).toBe(
      'The referee agrees: All 5 acknowledged orders are in B, none altered. All 18 checks passed.',
    );
    expect(judgement.tallies).toEqual([
      {
        region: 'A',
        epoch: 1,
        orders: 4,
        pays: 1,
        refunds: 1,
        firstAt: '2026-11-23T10:00:01.100Z',
        lastAt: '2026-11-23T10:00:21.100Z',
      },
      {
        region: 'B',
        epoch: 2,
        orders: 1,
        pays: 0,
        refunds: 0,
        firstAt: '2026-11-23T10:01:00.100Z',
        lastAt: '2026-11-23T10:01:00.100Z',
      },
    ]);
  });

  it('judges nothing of a table in a shop that has none, and everything else', () => {
    const world = { ...smallWorld(), shop: 'plain' as const, tables: { because: 'There is none.' } };
    const names = judge(smallWorld()).findings.map(({ name }) => name);
    const plain = judge(world);
    expect(plain.verdict).toBe('agrees');
    const judged = new Set(plain.findings.map(({ name }) => name));
    expect(names.filter((name) => !judged.has(name))).toEqual(['table-events', 'tables-equal', 'overwrites']);
    const blind = judge({ ...world, judged: { because: 'B is silent.' } });
    expect(blind.findings.map(({ name }) => name)).not.toContain('table-events');
  });

  it.each(cases)('judges %s', (_name, bend, name, ok, words) => {
    const world = smallWorld();
    bend(world);
    const judged = find(judge(world).findings, name);
    expect([judged.ok, [judged.because, ...judged.examples].join('\n')]).toEqual([ok, expect.stringMatching(words)]);
  });

  it('has a case that fails for each finding but the sessions, which are only counted', () => {
    const failing = new Set(cases.filter(([, , , ok]) => ok === false).map(([, , name]) => name));
    const names = judge(smallWorld()).findings.map((finding) => finding.name);
    expect(names.filter((name) => !failing.has(name))).toEqual(['carts-and-logins']);
  });

  it('counts sessions and carts that are gone without calling it a loss', () => {
    const world = smallWorld();
    world.sessions.read = { sessions: new Set(), carts: new Set() };
    world.ledgers.acks.push({ ...world.ledgers.acks.find((ack) => ack.op === 'cart')!, kept: false });
    const judgement = judge(world);
    const counts = { loginsMissing: 1, cartsMissing: 1, cartsReadAgain: 1, cartsFoundShort: 1 };
    expect(find(judgement.findings, 'carts-and-logins').counts).toMatchObject(counts);
    expect(judgement.verdict).toBe('agrees');
  });

  it('cannot tell what the primary holds when it cannot be read', () => {
    const world = { ...smallWorld(), judged: { because: 'MariaDB in B does not answer' } };
    const judgement = judge(world);
    expect(judgement.verdict).toBe('cannot tell');
    expect(judgement.sentence).toMatch(/cannot tell \(acknowledged-orders, .*MariaDB in B does not answer/);
  });

  it.each([
    ['is under way while its shopper still tries', false, 98, true],
    ['is a finding when nobody tries any more', false, 60, false],
    ['is a finding when everything is settled', true, 98, false],
  ])('a charge without an order %s', (_name, settled, lastTry, ok) => {
    const world = smallWorld();
    world.settled = settled;
    chargeOf(world, 'open', 50);
    world.ledgers.mails.pop();
    world.ledgers.attempts.push(attemptOf(lastTry, 'order', 'k-open', 'pi-open', {}));
    expect(find(judge(world).findings, 'charges').ok).toBe(ok);
  });

  it('leaves out what happened after the database was read', () => {
    const world = smallWorld();
    world.settled = false;
    chargeOf(world, 'fresh', 100);
    const judgement = judge(world);
    expect(judgement.verdict).toBe('agrees');
    expect(find(judgement.findings, 'charges').counts.underWay).toBe(1);
  });

  it('forgives an acknowledgement that was under way when the other region began', () => {
    const world = smallWorld();
    const { answer: late } = placeOrder(world, { second: 59.99, name: 'crossing' });
    expect(late.id).toBeDefined();
    expect(find(judge(world).findings, 'two-writers').ok).toBe(true);
  });

  it('tells a person what is wrong, line by line', () => {
    const world = smallWorld();
    loseOrder(world, 'early');
    const text = judgementText(judge(world));
    expect(text).toMatch(/^FAIL {5}acknowledged-orders {3}1 acknowledged order missing/m);
    expect(text).toMatch(/^ok {7}stock/m);
    expect(text.split('\n').at(-1)).toMatch(
      /^The referee finds loss \(acknowledged-orders, charges, mails, table-events\)/,
    );
  });
});
