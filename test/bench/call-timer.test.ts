import { timeCalls } from '../../bench/call-timer';
import type { Span } from '../../bench/arithmetic';

const waits = (ms: number) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));

function timedPorts() {
  const spans: Span[] = [];
  const ports = {
    database: (region: string) => ({
      state: async () => ({ region, at: await waits(20) }),
      fence: async () => {
        await waits(5);
        throw new Error('refused');
      },
    }),
    dns: { read: () => waits(10) },
    now: () => 42,
    sleep: () => waits(30),
  };
  return { spans, ports: timeCalls(ports, (span) => spans.push(span)) };
}

describe('the call timer', () => {
  it('the call timer records every call of an adapter, also of a region, and changes no answer', async () => {
    const { spans, ports } = timedPorts();
    expect(await ports.database('A').state()).toEqual({ region: 'A', at: 20 });
    expect(await ports.dns.read()).toBe(10);
    expect(spans).toHaveLength(2);
    expect(spans[0]!.to - spans[0]!.from).toBeGreaterThanOrEqual(15);
  });

  it('the call timer records a call that failed, and passes on the error', async () => {
    const { spans, ports } = timedPorts();
    await expect(ports.database('B').fence()).rejects.toThrow('refused');
    expect(spans).toHaveLength(1);
  });

  it('the call timer does not record sleeping or reading the clock', async () => {
    const { spans, ports } = timedPorts();
    expect(ports.now()).toBe(42);
    await ports.sleep();
    expect(spans).toHaveLength(0);
  });
});
