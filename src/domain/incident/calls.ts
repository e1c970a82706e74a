/** What somebody is called about. A channel adds a repeat to the call it knows, also where that is only acknowledged, so another outage needs another key. */

/** By the matter, such as `shop/region-down/A`. */
export type Calls = Readonly<Record<string, { since: number; at: number }>>;

/** What an incident book knows of calls. */
interface Called {
  /** Number of the incident. */
  last: number;
  open?: { openedAt: number; calls?: Calls };
}

/** Notes that somebody is called about `matter` at `at`. A matter that was quiet for `quietForMs` begins anew, also where the incident is still open for another one. */
export function withCall(calls: Calls = {}, matter: string, at: number, quietForMs: number): Calls {
  const lasting = Object.fromEntries(Object.entries(calls).filter(([, call]) => at - call.at < quietForMs));
  return { ...lasting, [matter]: { since: lasting[matter]?.since ?? at, at } };
}

/** The key of an alert on `matter`: the same as long as it lasts, and never given again, not even by a monitor that was started anew. */
export function keyOf({ open, last }: Called, matter: string, startedAt?: number): string {
  const since = startedAt ?? open?.calls?.[matter]?.since ?? open?.openedAt ?? 0;
  return `${matter}/${String(last)}/${new Date(since).toISOString()}`;
}
