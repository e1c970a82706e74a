import { verdicts } from '../../src/domain/decision/verdicts';
import { page } from './pages';

const states: readonly string[] = verdicts.map(({ state }) => state);
const named = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);

test('docs/architecture.md lists the verdicts in the order of weight', () => {
  const [, list = ''] =
    /^\*\*Verdict\*\*.*?the first that holds: (.*?)\. /m.exec(page('docs/architecture.md').text) ?? [];
  expect(named(list)).toEqual(states);
});

/** The verdicts that the first column of the table under `| verdict | … |` names. */
function rowsOf(path: string): string[] {
  const [, table = ''] = /^\| verdict \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page(path).text) ?? [];
  return table.split('\n').flatMap((row) => named(row.split('|')[1] ?? ''));
}

test.each(['docs/operating.md', 'docs/architecture.md'])('%s says what follows from each verdict', (path) => {
  expect(rowsOf(path).sort()).toEqual([...states].sort());
});
