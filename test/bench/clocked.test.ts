import { clocked } from '../../bench/clocked';
import type { Span } from '../../bench/arithmetic';

const waits = (ms: number) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));

function world() {
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
  return { spans, ports: clocked(ports, (span) => spans.push(span)) };
}

describe('the clock on the ports', () => {
  it('hears of every call of an adapter, also of one behind a region, and changes no answer', async () => {
    const { spans, ports } = world();
    expect(await ports.database('A').state()).toEqual({ region: 'A', at: 20 });
    expect(await ports.dns.read()).toBe(10);
    expect(spans).toHaveLength(2);
    expect(spans[0]!.to - spans[0]!.from).toBeGreaterThanOrEqual(15);
  });

  it('counts a call that failed, and passes the failure on', async () => {
    const { spans, ports } = world();
    await expect(ports.database('B').fence()).rejects.toThrow('refused');
    expect(spans).toHaveLength(1);
  });

  it('takes waiting and looking at the clock for nobody’s work', async () => {
    const { spans, ports } = world();
    expect(ports.now()).toBe(42);
    await ports.sleep();
    expect(spans).toHaveLength(0);
  });
});
