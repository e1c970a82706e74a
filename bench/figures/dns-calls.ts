import { setTimeout as pause } from 'node:timers/promises';
import { exactSeconds, seconds } from '../arithmetic';
import { openZoneServer, providerKinds, type ZoneServer, type ProviderKind } from '../../lab/loopback/zone-servers';
import { move, type Move } from '../../lab/loopback/dns-moves';
import type { Figure } from '../figure';

/** How long the fakes' name servers still serve the previous records; the second is long enough to show how often an API is polled. */
const [shortMs, longMs] = [2_000, 22_000];
/** Added to how long a worker caches what it read, because the wait for old TTLs is longer than that. */
const afterCacheMs = 1_000;
const [mostCalls, shortestGapMs] = [8, 3_000];

interface Moved {
  kind: ProviderKind;
  title: string;
  /** Undefined for a real server, which publishes at its own pace. */
  delaysMs: [number, number] | undefined;
  there: Move;
  back: Move;
}

async function moved(kind: ProviderKind): Promise<Moved> {
  const zoneServer = await openZoneServer(kind);
  const { title, site, fake, believedMs } = zoneServer;
  const pauseMs = believedMs + afterCacheMs;
  const ports = zoneServer.open();
  try {
    longTtl(zoneServer);
    fake?.publishAfter(shortMs);
    const there = await move(site, ports, 'A', 'B', pauseMs);
    if (fake && fake.calls.length !== there.calls.length)
      throw new Error(`${title} received ${fake.calls.length} calls, but the adapter reported ${there.calls.length}`);
    fake?.publishAfter(longMs);
    await pause(pauseMs);
    const back = await move(site, ports, 'B', 'A', pauseMs);
    return { kind, title, delaysMs: fake && [shortMs, longMs], there, back };
  } finally {
    await ports.close();
    await zoneServer.close();
  }
}

/** The TTL that a shop has between transfers. */
function longTtl({ site, put }: ZoneServer): void {
  const [{ name, type, values } = { name: '', type: 'A' as const, values: {} }] = site.dns.records;
  put({ name, type, ttlSeconds: 300, values: [...(values.A ?? [])] });
}

const gapOf = ({ there, back }: Moved): number => Math.min(...there.pollGapsMs, ...back.pollGapsMs);

function lineOf(each: Moved): string {
  const { title, delaysMs, there, back } = each;
  const gap = gapOf(each);
  const noPolls = delaysMs ? `not polled twice within ${seconds(longMs)}` : 'no polling needed';
  const polls = Number.isFinite(gap) ? `polls ${seconds(gap)} apart` : noPolls;
  const [own, ownLong] = delaysMs ?? [0, 0];
  const publishDelay = (ms: number) => (delaysMs ? ` (publish delay ${seconds(ms)})` : '');
  const answered = [there, back].map(({ answeredAfterMs }) => exactSeconds(answeredAfterMs));
  const times = `${answered[0] ?? ''}${publishDelay(own)} and ${answered[1] ?? ''}${publishDelay(ownLong)}`;
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
  title: 'calls to the DNS provider per transfer, and when its name servers serve the new records',
  goal: '<= 8 calls, polls at least 3 s apart',
  how: "For each provider, starting without connections and tokens: the survey's read, `lower-dns-ttl` from 300 s and `switch-dns`, then the same back, with a worker's steps and adapters but without Temporal. Pauses between the steps let the worker's cached reads expire, as the wait for old TTLs does. Vendors are fakes, which publish a change after 2 s, and after 22 s on the way back; PowerDNS and BIND are real. `answered after` runs from the first call of `switch-dns` until each authoritative server returned the new answer three times in a row.",
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
