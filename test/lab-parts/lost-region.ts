/** A small world in which a region was lost, or goes on though another has taken over. */
import { placeOrder, START, type World } from './small-world';

export function localOrders(world: World, place: 'world' | 'A'): void {
  const { row: late } = placeOrder(world, { second: 70, name: 'zombie', place });
  late.status = 'processing';
}

/** The lab cut `region` off from the world, and healed it again when `until` says so. */
export function cutOff(world: World, region: string, until?: number, from = START + 40_000): void {
  const line = (at: number, kind: 'cut' | 'heal', cuts: { from: string; to: string }[]) =>
    world.ledgers.faults.push({ at: new Date(at).toISOString(), kind, cuts, paused: [] });
  line(from, 'cut', [{ from: region, to: 'world' }]);
  if (until !== undefined) line(until, 'heal', []);
}
