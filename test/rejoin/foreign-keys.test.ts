/** What a foreign key deletes or changes with a row is not in the log: a row and its children are decided about together. */
import { autocommitted, freshPairs, partWays, salvaged } from './apart';

const pair = freshPairs();

const tables = (rules: string) => `USE shop;
  CREATE TABLE wp_permissions (permission_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, download_id varchar(36), UNIQUE KEY download (download_id));
  CREATE TABLE wp_download_log (download_log_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, permission_id bigint unsigned NULL, download varchar(36) NULL,
    CONSTRAINT of_permission FOREIGN KEY (permission_id) REFERENCES wp_permissions (permission_id) ${rules},
    CONSTRAINT of_download FOREIGN KEY (download) REFERENCES wp_permissions (download_id) ${rules});
  INSERT INTO wp_permissions VALUES (5, 'five'), (7, 'seven'), (9, 'nine'); INSERT INTO wp_download_log VALUES (51, 5, NULL), (71, NULL, 'seven')`;

const orphans = `SELECT l.download_log_id AS id FROM wp_download_log l LEFT JOIN wp_permissions p USING (permission_id)
  LEFT JOIN wp_permissions d ON d.download_id = l.download
  WHERE (l.permission_id IS NOT NULL AND p.permission_id IS NULL) OR (l.download IS NOT NULL AND d.download_id IS NULL)`;

test.each(['ON DELETE CASCADE ON UPDATE CASCADE', 'ON DELETE SET NULL ON UPDATE SET NULL'])(
  'a row with children on the primary is neither deleted nor given another key (%s); one without goes',
  async (rules) => {
    await pair().a.sql(tables(rules));
    await partWays(pair());
    await autocommitted(pair(), 'A', [
      'DELETE FROM wp_permissions WHERE permission_id = 5',
      "UPDATE wp_permissions SET download_id = 'other' WHERE permission_id = 7",
      'DELETE FROM wp_permissions WHERE permission_id = 9',
    ]);
    const { facts } = await salvaged(pair());
    expect(await pair().rows('B', orphans)).toEqual([]);
    expect(await pair().rows('B', 'SELECT * FROM wp_permissions ORDER BY 1')).toEqual([
      { permission_id: 5, download_id: 'five' },
      { permission_id: 7, download_id: 'seven' },
    ]);
    expect(await pair().rows('B', 'SELECT permission_id, download FROM wp_download_log ORDER BY 1 DESC')).toEqual([
      { permission_id: 5, download: null },
      { permission_id: null, download: 'seven' },
    ]);
    expect(facts['salvage-orders']).toMatchObject({
      listed: 2,
      updatesApplied: 1,
      forAPerson: [
        expect.stringMatching(
          /wp_permissions 5: .*to which rows of wp_download_log refer on the primary \(permission_id\)/,
        ),
        expect.stringMatching(/wp_permissions 7: .*to which rows of wp_download_log refer on the primary \(download\)/),
      ],
    });
  },
);

test('children that the deposed region deletes before their parent, or adds to a parent of its own, come over', async () => {
  await pair().a.sql(tables('ON DELETE CASCADE'));
  await partWays(pair());
  await autocommitted(pair(), 'A', [
    'DELETE FROM wp_download_log WHERE permission_id = 5',
    'DELETE FROM wp_permissions WHERE permission_id = 5',
    "INSERT INTO wp_permissions VALUES (11, 'eleven')",
    'INSERT INTO wp_download_log VALUES (111, 11, NULL)',
  ]);
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ transactions: 4, listed: 0 });
  const all = 'SELECT * FROM wp_permissions LEFT JOIN wp_download_log USING (permission_id) ORDER BY 1';
  expect(await pair().rows('B', all)).toEqual(await pair().rows('A', all));
});

test('a child whose parent the primary has deleted is listed, and no orphan is written', async () => {
  await pair().a.sql(tables('ON DELETE CASCADE'));
  await partWays(pair());
  await autocommitted(pair(), 'A', ['INSERT INTO wp_download_log VALUES (91, 9, NULL)']);
  await autocommitted(pair(), 'B', ['DELETE FROM wp_permissions WHERE permission_id = 9']);
  const { facts } = await salvaged(pair());
  expect(await pair().rows('B', orphans)).toEqual([]);
  expect(facts['salvage-orders']).toMatchObject({
    listed: 1,
    forAPerson: [expect.stringMatching(/a row that it refers to is not on the primary \(foreign key of_permission\)/)],
  });
});
