/** What an account holds, by the bits that MariaDB keeps and the version that wrote them. */
import { rightsOf } from '../../src/providers/database/mariadb/inspection-rights';

const users = { shopUser: 'shop', replicationUser: 'repl' };
const superBit = String(1n << 15n);
const setUserBit = String(1n << 30n);

test.each([
  ['SUPER of MariaDB 10.11', superBit, '101119', true],
  ['SUPER of a version that nobody noted', superBit, '0', true],
  ['SUPER of MariaDB 11.4', superBit, '110405', false],
  ['SET USER of MariaDB 11.4', setUserBit, '110405', true],
  ['neither', '0', '101119', false],
])('%s: whether that contains SET USER', (_what, access, madeBy, holds) => {
  const account = { user: 'runbook', host: '%', isRole: '0', access, madeBy };
  const { accounts } = rightsOf([[account]], users);
  expect(accounts['runbook@%']?.includes('SET USER')).toBe(holds);
});

test('a role of an older server brings it too', () => {
  const accounts = [
    { user: 'runbook', host: '%', isRole: '0', access: '0', madeBy: '110405' },
    { user: 'keepers', host: '', isRole: '1', access: superBit, madeBy: '101119' },
  ];
  const mapping = [{ user: 'runbook', host: '%', role: 'keepers' }];
  expect(rightsOf([accounts, mapping], users).accounts['runbook@%']).toEqual(['SUPER', 'SET USER']);
});
