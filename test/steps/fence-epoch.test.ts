/** What an unplanned fence may do to the host of a region: only what the epoch allows, and an unknown epoch allows nothing. */
import { raiseFence } from '../../src/activities/step/fencing';
import { PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';

const serviceCommand = '/srv/bin/service mariadb';
const everything = ['fence file', `${serviceCommand} stop`];
const headStartMs = 250;
const never = new Promise<never>(() => undefined);

type Row = { epoch: number; region: string };
/** `late`: answers when the head start of the database is over. */
interface Region {
  answers: 'at once' | 'late' | 'never' | 'closed';
  row?: Row;
  readOnly?: boolean;
}

/** Fences A in the name of epoch 2. */
async function fencing(own: Region, peer: Region) {
  const did: string[] = [];
  let end: () => void = () => undefined;
  const headStart = new Promise<void>((resolve) => (end = resolve));
  const answer = async ({ answers }: Region) => {
    if (answers === 'closed') throw new PortError('unavailable', 'It refused the connection.');
    await { 'at once': undefined, late: headStart, never, closed: undefined }[answers];
  };
  const database = (name: string) => {
    const region = name === 'A' ? own : peer;
    const { row, readOnly = false } = region;
    const state = () =>
      answer(region).then(() => ({ readOnly, ...(row && { epoch: { ...row, verifiedEpoch: row.epoch } }) }));
    const fence = async () => {
      await answer(region);
      if (row?.region === 'A' && row.epoch >= 2) throw new PortError('refused', 'It is the primary of a later epoch.');
    };
    return { state, fence, writeFenceFile: () => Promise.resolve(void did.push('fence file')) };
  };
  const run = (command: string) => Promise.resolve(void did.push(command)).then(() => ({ code: 0 }));
  // Limits end when there is nothing left to wait for.
  const sleep = async (ms: number) => {
    if (ms !== headStartMs && own.answers !== 'never' && peer.answers !== 'never') return never;
    for (let turn = 0; turn < ms / 10; turn += 1) await new Promise(setImmediate);
    if (ms === headStartMs) end();
  };
  const ports = { database, host: () => ({ run }), regions: ['A', 'B'], sleep } as unknown as Ports;
  const left = await raiseFence({ region: 'A', serviceCommand }, 2, ports);
  return { did, left };
}

const ofA = (epoch: number): Row => ({ epoch, region: 'A' });
const ofB = (epoch: number): Row => ({ epoch, region: 'B' });

test.each<[string, Region, Region]>([
  ['says so at once', { answers: 'at once', row: ofA(3) }, { answers: 'at once', row: ofA(3) }],
  ['says so late', { answers: 'late', row: ofA(3) }, { answers: 'late', row: ofA(3) }],
  ['says so late, and its peer says nothing', { answers: 'late', row: ofA(3) }, { answers: 'closed' }],
  ['says nothing, and its standby says it', { answers: 'never' }, { answers: 'at once', row: ofA(3) }],
])('a primary of a later epoch that %s keeps its service and gets no fence file', async (_, own, peer) => {
  expect(await fencing(own, peer)).toEqual({ did: [], left: '' });
});

test.each<[string, Region, Region]>([
  ['it is fenced by its database', { answers: 'at once', row: ofA(1) }, { answers: 'closed' }],
  ['it is fenced by its database, late', { answers: 'late', row: ofA(1) }, { answers: 'closed' }],
  ['it hangs, and its standby has no later epoch', { answers: 'never' }, { answers: 'at once', row: ofA(1) }],
  ['it is down, and its standby has no later epoch', { answers: 'closed' }, { answers: 'at once', row: ofA(1) }],
  ['it is down, and its peer is the primary of this epoch', { answers: 'closed' }, { answers: 'at once', row: ofB(2) }],
])('a region is fenced by every means where %s', async (_, own, peer) => {
  expect(await fencing(own, peer)).toEqual({ did: everything, left: '' });
});

test.each<[string, Region]>([
  ['its peer says nothing either', { answers: 'closed' }],
  ['its peer hangs too', { answers: 'never' }],
  // It was fenced, perhaps for a promotion of A that it has not heard of.
  ['its peer is the fenced primary of this epoch', { answers: 'at once', row: ofB(2), readOnly: true }],
  ['its peer has no epoch', { answers: 'at once' }],
])('the host of a region that says nothing is left alone where %s, and the fence says so', async (_, peer) => {
  expect(await fencing({ answers: 'never' }, peer)).toEqual({
    did: [],
    left: ' Its database service was left alone and no fence file was written, since whether A is the primary of a later epoch than 2 is unknown.',
  });
});
