/** A host whose sshd lets fewer commands run over one connection than ask: MaxSessions, which guides of hardening set to 2 or 1. */
import { existsSync, readFileSync } from 'node:fs';
import { slots } from '../../src/providers/host/slots';
import { place } from '../../lab/loopback/place';
import { realHost, type RealHost } from '../../lab/loopback/sshd';
import { until } from '../../lab/loopback/until';

const timeoutMs = 60_000;

describe.each([1, 2])('MaxSessions %i', (sessions) => {
  const at = place();
  let real: RealHost;
  beforeAll(async () => {
    real = await realHost(at, `MaxSessions ${sessions}\n`);
  });
  afterAll(async () => {
    await real.close();
    at.remove();
  });

  test('many commands at once all end', async () => {
    const running = Array.from({ length: 6 }, (_, n) => real.host.run(`sleep 0.1; exit ${n}`, { timeoutMs }));
    expect((await Promise.all(running)).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a command that takes too long is ended on the host', async () => {
    const mark = at.path('too-long');
    const said = () => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');
    const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
    // On a busy machine it may not have begun when its time is over; then it is tried again.
    await until('a command has begun before its time was over', async () => {
      const [late] = await Promise.allSettled([
        real.host.run(command, { timeoutMs: 1_000 }),
        ...Array.from({ length: sessions - 1 }, () => real.host.run('sleep 1.5', { timeoutMs })),
      ]);
      expect(late).toMatchObject({ reason: { kind: 'unavailable' } });
      return said() !== '';
    });
    await until('the command has ended', () => said() === 'begun\nended\n');
    await expect(real.host.run('exit 3', { timeoutMs })).resolves.toMatchObject({ code: 3 });
  });
});

describe('slots', () => {
  const full = new Error('full');
  const inTurn = () => slots(8, (error) => error === full);

  test('a piece for which there is no room beside others waits until one has ended, and is tried once more', async () => {
    const run = inTurn();
    let [running, most, tries] = [0, 0, 0];
    const work = async () => {
      tries += 1;
      if (running === 3) throw full;
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => run(work)));
    expect({ most, refused: tries - 20 }).toEqual({ most: 3, refused: 5 });
  });

  test('a piece for which there is no room although nothing else runs is tried for two seconds', async () => {
    let [tries, pausedMs] = [0, 0];
    const pause = (ms: number) => Promise.resolve((pausedMs += ms));
    const run = slots(8, (error) => error === full, pause);
    const refused = (upTo: number) => () => ((tries += 1) > upTo ? Promise.resolve('done') : Promise.reject(full));
    await expect(run(refused(3))).resolves.toBe('done');
    expect([tries, pausedMs]).toEqual([4, 300]);
    await expect(run(refused(1_000))).rejects.toBe(full);
    expect([tries, pausedMs]).toEqual([25, 2_300]);
  });

  test('a piece that failed otherwise is not begun again', async () => {
    const run = inTurn();
    let tries = 0;
    const failing = run(() => Promise.reject(new Error(`try ${(tries += 1)}`)));
    await Promise.all([run(() => Promise.resolve()), expect(failing).rejects.toThrow('try 1')]);
  });
});
