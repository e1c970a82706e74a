import { verdicts } from '../../src/domain/decision/verdicts';
import { page } from './pages';

const states: readonly string[] = verdicts.map(({ state }) => state);
const named = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);

test('docs/architecture.md lists the verdicts in the order of weight', () => {
  const [, list = ''] =
    /^\*\*Verdict\*\*.*?the first that holds: (.*?)\. /m.exec(page('docs/architecture.md').text) ?? [];
  expect(named(list)).toEqual(states);
});

/** The verdicts that the first column of a table names, below its heading `| verdict | … |`. */
function rowsBelow(path: string, heading: string): string[] {
  const [, after = ''] = page(path).text.split(`${heading}\n`);
  const rows = after.slice(0, after.indexOf('\n\n')).split('\n').slice(1);
  return rows.flatMap((row) => named(row.split('|')[1] ?? ''));
}

test('docs/operating.md says of each verdict what it means and what follows', () => {
  expect(rowsBelow('docs/operating.md', '| verdict | what it means | what follows |').sort()).toEqual(
    [...states].sort(),
  );
});

test('docs/architecture.md says of each verdict what is done about it', () => {
  expect(rowsBelow('docs/architecture.md', '| verdict | course |').sort()).toEqual([...states].sort());
});
