/** A drill that put nothing at stake proves nothing: what must have existed only on the lost region for the default drill to count. */
import type { Fault } from '../../src/domain/plan/request';
import type { DrillResult } from '../../src/domain/plan/result';
import type { Facts, Json } from '../../src/domain/plan/plan';

const ordersAtLeast = 50;

/** An unmet aim when too little was at stake; undefined when the drill counts, or no region went on alone: a dead one takes no orders. */
export function enoughAtStake({ rejoin }: DrillResult, fault: Fault): { met: false; because: string } | undefined {
  if (!rejoin || fault !== 'isolate') return undefined;
  const facts = Object.assign({}, ...Object.values(rejoin.facts)) as Facts;
  const missing = [
    count(facts['ordersOnlyThere']) < ordersAtLeast
      ? `${String(count(facts['ordersOnlyThere']))} orders (of at least ${String(ordersAtLeast)})`
      : '',
    count(facts['paymentUpdatesOnlyThere']) < 1 ? 'no payment update of an older order' : '',
    count(facts['keysOnBothSides']) < 1 ? 'no key known to both sides' : '',
  ].filter((each) => each !== '');
  if (missing.length === 0) return undefined;
  return { met: false, because: `The drill proves too little: ${missing.join(', ')} existed only on ${rejoin.from}.` };
}

/** A number, or the length of a list, or the `count` of an object that has one. */
function count(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? count(value['count']) : 0;
}
