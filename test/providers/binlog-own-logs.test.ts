/** Which logs in its directory are a server's own: another index may be left of a former `log_bin`, or be that of its relay logs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { binlogWorld, type BinlogWorld } from './binlog-world';

let world: BinlogWorld;
let directory: string;
let log: Buffer;
beforeAll(async () => {
  world = await binlogWorld();
  ({ directory } = world);
  log = world.bytesOf(await world.logOf(() => world.run('CREATE TABLE notes (id int PRIMARY KEY)')));
});
afterAll(() => world.close());

/** Logs of another name beside the server's own, begun so many seconds before this one; `flags` of their first event. */
function besides(base: string, secondsBefore: number, flags = 0): void {
  const other = Buffer.from(log);
  other.writeUInt32LE(other.readUInt32LE(4) - secondsBefore, 4);
  other.writeUInt16LE(other.readUInt16LE(4 + 17) | flags, 4 + 17);
  for (const number of ['000001', '000002']) writeFileSync(`${directory}/${base}.${number}`, other);
  writeFileSync(`${directory}/${base}.index`, `./${base}.000001\n./${base}.000002\n./${base}.000003`);
}

afterEach(() => {
  for (const base of ['mysql-bin', 'fetched'])
    for (const end of ['000001', '000002', 'index']) rmSync(`${directory}/${base}.${end}`, { force: true });
});

const own = async () => (await world.archiveOf({}).archive.own('')).map(({ name }) => name);
const indexed = () =>
  readFileSync(`${directory}/binlog.index`, 'utf8')
    .trim()
    .split('\n')
    .map((path) => path.slice(path.lastIndexOf('/') + 1));

test('of two names the one under which a log was begun last is its own, whatever comes first by name', async () => {
  besides('mysql-bin', 3_600);
  expect(await own()).toEqual(indexed());
  expect(await world.archiveOf({}).archive.end()).toMatchObject({
    left: 'open',
    because: `${indexed().at(-1)} was left open`,
  });
});

test('an index of relay logs is none of them, whatever its name is', async () => {
  besides('fetched', -3_600, 0x40);
  expect(await own()).toEqual(indexed());
});

test('where two are as young as each other, nobody knows, and a person is told what to do', async () => {
  const last = world.bytesOf(indexed().at(-1) ?? '');
  besides('mysql-bin', log.readUInt32LE(4) - last.readUInt32LE(4));
  await expect(own()).rejects.toThrow(
    `B's host has binlog.index and mysql-bin.index in ${directory}, and the last logs of both were begun at the same time, so it is unknown which ones its server writes. Move the files of the former log_bin to another directory.`,
  );
});
