import { endingOf, reportOfDrill, type RefereeSummary } from '../../src/domain/report/report';
import type { DrillResult } from '../../src/domain/plan/result';
import { htmlReport } from '../../src/starters/report/html';
import { markdownReport } from '../../src/starters/report/markdown';
import { aResult, rejoined, zero } from '../workflows/results';

const referee: RefereeSummary = {
  verdict: 'finds loss',
  because: 'The referee finds loss (stock): Stock does not add up.',
  findings: [
    { name: 'stock', ok: false, because: 'Stock does not add up.', examples: ['sku-01 has <8> left'] },
    { name: 'mails', ok: true, because: 'Every paid order has one receipt.', examples: [] },
    { name: 'charges', ok: null, because: 'B does not answer.', examples: [] },
  ],
};
const customers = {
  acknowledged: 812,
  failedRequests: 3,
  longestGapMs: 3_400,
  longestGapAt: '2026-11-24T00:12:05.100Z',
  perSecond: [],
};
const drill: DrillResult = {
  site: 'shop',
  kind: 'outage',
  fault: 'isolate',
  startedAt: zero,
  endedAt: zero + 100_000,
  onsetAt: zero,
  healedAt: zero,
  transfers: [aResult({ followUps: ['Stop proxying A by hand.'] })],
  rejoin: rejoined(),
  checks: [
    { name: 'dns', ok: false, because: 'The token is refused.' },
    { name: 'triggers', ok: false, advisory: true, because: 'A has the triggers counted.' },
  ],
  aim: { met: true, because: '' },
};
const report = reportOfDrill(drill, { referee, customers });

test('the Markdown report marks failed checks and findings with FAIL, warnings and unknown ones as what they are', () => {
  const lines = markdownReport(report).split('\n');
  expect(lines).toContain('| dns | FAIL | The token is refused. |');
  expect(lines).toContain('| triggers | warning | A has the triggers counted. |');
  expect(lines).toContain('| stock | FAIL | Stock does not add up. |');
  expect(lines).toContain('| mails | ok | Every paid order has one receipt. |');
  expect(lines).toContain('| charges | unknown | B does not answer. |');
  expect(lines).toContain('Follow-up: Stop proxying A by hand.');
});

test('a completed transfer ends with its own sentence, any other with its ending in front', () => {
  expect(endingOf({ ending: 'completed', because: 'Completed: 26 steps.' })).toBe('Completed: 26 steps.');
  expect(endingOf({ ending: 'rolled-back', because: 'B is read-only.' })).toBe('rolled-back: B is read-only.');
});

test("the Markdown report gives the referee's sentence once, and the customers' figures with their units", () => {
  const text = markdownReport(report);
  expect(text.match(/The referee finds loss \(stock\)/g)).toHaveLength(1);
  expect(text).toContain('812 orders, payments and refunds were acknowledged.');
  expect(text).toContain('The longest gap between two of them was 3.4 s, from 00:12:05.100 UTC.');
  expect(text).toContain('3 requests failed, and the shoppers repeated them.');
});

test('the HTML report marks failures with FAIL and escapes what it quotes', () => {
  const text = htmlReport(report);
  expect(text).toContain('<td>stock<td class="fail">FAIL<td>Stock does not add up.');
  expect(text).toContain('<li>sku-01 has &lt;8&gt; left');
  expect(text).toContain('<p class="fail">Follow-up: Stop proxying A by hand.</p>');
});
