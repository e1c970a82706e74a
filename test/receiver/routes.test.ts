import { copyFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routesIn } from '../../src/receiver/routes';

test('a site file that could not be read is read again, though its date has not changed', async () => {
  const sites = mkdtempSync(join(tmpdir(), 'handover-routes-'));
  const file = join(sites, 'example.yaml');
  const date = new Date('2026-12-01T00:00:00Z');
  const dated = (write: () => void) => {
    write();
    utimesSync(file, date, date);
  };
  const said: string[] = [];
  let now = 0;
  const look = routesIn(
    sites,
    (line) => said.push(line),
    () => now,
  );
  dated(() => writeFileSync(file, 'site: ['));
  expect((await look()).unreadable).toHaveLength(1);
  now += 2_000;
  expect((await look()).unreadable).toHaveLength(1);
  expect(said).toHaveLength(1);
  dated(() => {
    copyFileSync(join(__dirname, '../../sites/example.yaml'), `${file}.new`);
    renameSync(`${file}.new`, file);
  });
  now += 2_000;
  expect((await look()).unreadable).toEqual([]);
  rmSync(sites, { recursive: true });
});
