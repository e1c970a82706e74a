/** All sites at once, and what a person takes from a monitor for a time, on a real Temporal server. */
import { until } from '../../lab/loopback/until';
import { commands } from '../../src/starters/commands';
import { dispatch } from '../../src/starters/dispatch';
import { readDetails } from '../../src/starters/details';
import { Stage } from './stage';

let stage: Stage;
let printed: string[] = [];
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
afterEach(() => jest.restoreAllMocks());

/** What a command prints, and how it ends. */
async function typed(...words: string[]): Promise<{ outcome: string; lines: string[] }> {
  printed = [];
  for (const way of ['log', 'error'] as const)
    jest.spyOn(console, way).mockImplementation((...said: unknown[]) => void printed.push(said.join(' ')));
  const connection = { client: stage.client, address: stage.address, namespace: 'default' };
  const connect = () => Promise.resolve({ ...connection, close: () => Promise.resolve() });
  const outcome = await dispatch(commands, words, connect);
  return { outcome, lines: printed };
}

const who = ['--who', 'ines@shop.example'];
const because = ['--because', 'A test.'];
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

test('two monitored sites are listed, frozen and thawed together; a mute and a window are shown until they end', async () => {
  const sites = ['first', 'second'];
  for (const name of sites) stage.newSite(name);
  const monitors = await Promise.all(sites.map((name) => stage.start('monitor', name)));
  for (const each of monitors) await until('all is well', async () => /: healthy\./.test(await readDetails(each)));
  await until('Temporal lists both', async () => (await typed('status')).lines.length === 3);

  expect((await typed('status')).lines.slice(1)).toEqual([
    expect.stringMatching(/^first {3}healthy for \d+ s +\S+ +A, epoch 1 +none$/),
    expect.stringMatching(/^second {2}healthy for \d+ s +\S+ +A, epoch 1 +none$/),
  ]);
  const frozen = await typed('freeze', '--all', ...who, ...because);
  expect(frozen.outcome).toBe('done');
  expect([...frozen.lines].sort()).toEqual(
    sites.map((name) => expect.stringContaining(`${name}: Frozen by ines`) as string),
  );
  expect((await typed('status')).lines.slice(1).map((line) => line.endsWith('frozen'))).toEqual([true, true]);
  await typed('thaw', 'first', ...who);
  expect((await typed('thaw', '--all', ...who)).outcome).toBe('done');

  const until1h = ['--until', inAnHour];
  expect(await typed('mute', 'first', '--vantage', 'nowhere', ...until1h, ...who, ...because)).toMatchObject({
    outcome: 'refused',
    lines: [expect.stringMatching(/^There is no vantage nowhere; the site has /) as string],
  });
  expect((await typed('mute', 'first', '--vantage', 'north', ...until1h, ...who, ...because)).outcome).toBe('done');
  expect((await typed('maintenance', 'first', ...until1h, ...who, ...because)).outcome).toBe('done');
  expect((await typed('status')).lines[1]).toMatch(/ {2}north muted, in maintenance$/);
  await until('the status shows both', async () =>
    /Muted north until [^]*Maintenance until /.test((await typed('status', 'first')).lines.join('\n')),
  );
  expect((await typed('end-maintenance', 'first', ...who)).outcome).toBe('done');
  expect((await typed('end-maintenance', 'first', ...who)).outcome).toBe('refused');
  for (const name of sites) await typed('stop', name, ...who, ...because);
  for (const each of monitors) await each.result();
  await until('nobody watches them', async () => /NOT WATCHED: stopped/.test((await typed('status')).lines.join('\n')));
});
