import { setTimeout as pause } from 'node:timers/promises';
import { exactSeconds, seconds } from '../arithmetic';
import { openZoneServer, providerKinds, type ZoneServer, type ProviderKind } from '../../lab/loopback/zone-servers';
import { move, type Move } from '../../lab/loopback/dns-moves';
import type { Figure } from '../figure';

/** How long the fakes' name servers answer what was before; the second is long enough to see how often an API is asked meanwhile. */
const [shortMs, longMs] = [2_000, 22_000];
/** Added to how long a worker believes what it read, because the wait for old TTLs is longer than that. */
const beyondMs = 1_000;
const [mostCalls, shortestGapMs] = [8, 3_000];

interface Moved {
  kind: ProviderKind;
  title: string;
  /** Undefined for a real server, which answers when it pleases. */
  delaysMs: [number, number] | undefined;
  there: Move;
  back: Move;
}

async function moved(kind: ProviderKind): Promise<Moved> {
  const keeper = await openZoneServer(kind);
  const { title, site, fake, believedMs } = keeper;
  const pauseMs = believedMs + beyondMs;
  const ports = keeper.open();
  try {
    longTtl(keeper);
    fake?.publishAfter(shortMs);
    const there = await move(site, ports, 'A', 'B', pauseMs);
    if (fake && fake.calls.length !== there.calls.length)
      throw new Error(`${title} was asked ${fake.calls.length} times, but ${there.calls.length} were told of`);
    fake?.publishAfter(longMs);
    await pause(pauseMs);
    const back = await move(site, ports, 'B', 'A', pauseMs);
    return { kind, title, delaysMs: fake && [shortMs, longMs], there, back };
  } finally {
    await ports.close();
    await keeper.close();
  }
}

/** As long as a shop has it between transfers. */
function longTtl({ site, put }: ZoneServer): void {
  const [{ name, type, values } = { name: '', type: 'A' as const, values: {} }] = site.dns.records;
  put({ name, type, ttlSeconds: 300, values: [...(values.A ?? [])] });
}

const gapOf = ({ there, back }: Moved): number => Math.min(...there.pollGapsMs, ...back.pollGapsMs);

function lineOf(each: Moved): string {
  const { title, delaysMs, there, back } = each;
  const gap = gapOf(each);
  const once = delaysMs ? `not asked twice in ${seconds(longMs)}` : 'nothing to wait for';
  const polls = Number.isFinite(gap) ? `polls ${seconds(gap)} apart` : once;
  const [own, ownLong] = delaysMs ?? [0, 0];
  const beside = (ms: number) => (delaysMs ? ` (own delay ${seconds(ms)})` : '');
  const answered = [there, back].map(({ answeredAfterMs }) => exactSeconds(answeredAfterMs));
  const times = `${answered[0] ?? ''}${beside(own)} and ${answered[1] ?? ''}${beside(ownLong)}`;
  return `${title.padEnd(26)} ${there.calls.length} calls there, ${back.calls.length} back; ${polls}; answered after ${times}`;
}

const valuesOf = (each: Moved) => ({
  callsThere: each.there.calls,
  callsBack: each.back.calls,
  pollGapMs: Number.isFinite(gapOf(each)) ? gapOf(each) : null,
  ownDelaysMs: each.delaysMs ?? null,
  answeredAfterMs: [each.there.answeredAfterMs, each.back.answeredAfterMs],
});

export const dnsCalls: Figure = {
  name: 'dns-calls',
  title: 'calls to the DNS provider in a transfer, and when its name servers answer',
  goal: '<= 8 calls, no poll faster than 3 s',
  how: 'For each provider, with connections and tokens yet to be made: the survey’s read, `lower-dns-ttl` from 300 s and `switch-dns` there, and the same back, by the steps and adapters as a worker has them, without Temporal; between the steps, and before the way back, lies a pause after which a worker believes nothing that it read before, as after the wait for old TTLs. Vendors by their fakes, which publish 2 s after a change, and 22 s on the way back; PowerDNS and BIND are real. Answered: from the first call of `switch-dns` until each authoritative server gave the new answer three times in a row.',
  measure: async () => {
    const all = await Promise.all(providerKinds.map(moved));
    const calls = all.flatMap(({ there, back }) => [there.calls.length, back.calls.length]);
    return {
      lines: all.map(lineOf),
      reached: Math.max(...calls) <= mostCalls && Math.min(...all.map(gapOf)) >= shortestGapMs,
      values: Object.fromEntries(all.map((each) => [each.kind, valuesOf(each)])),
    };
  },
};
