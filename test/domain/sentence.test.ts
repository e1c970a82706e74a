import { asClause } from '../../src/domain/sentence';

test.each([
  ['The table is full.', 'The table is full'],
  ['no answer\n', 'no answer'],
  ['', ''],
])("somebody else's words %j end a sentence with one full stop", (words, shown) => {
  expect(`It said: ${asClause(words)}.`).toBe(`It said: ${shown}.`);
});
