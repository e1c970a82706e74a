import { rules } from '../../src/domain/preflight';
import { page } from './pages';

const whenWrong = ({ advisory, advisoryIf, guardsOrders }: (typeof rules)[number]): string => {
  const fails = guardsOrders ? 'fails, and a planned transfer is refused' : 'fails';
  if (advisory === undefined) return fails;
  return advisoryIf === undefined ? `warning: ${advisory}` : `${fails}; a warning while it is unknown: ${advisory}`;
};

/** Markdown would set what stands between two asterisks in italics. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('*', '\\*');
const row = (rule: (typeof rules)[number]): string =>
  `| ${[rule.name, rule.wanted, rule.why, rule.set, whenWrong(rule)].map(cell).join(' | ')} |`;

test('docs/operating.md shows every rule of the preflight, in its own words and order', () => {
  const [, table = ''] =
    /^\| setting \| it must be \| because \| what to do \| when wrong \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(
      page('docs/operating.md').text,
    ) ?? [];
  expect(table.trimEnd().split('\n')).toEqual(rules.map(row));
});
