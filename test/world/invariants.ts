/** What must hold after every effect, whatever fails. The numbers are those of the design. */
import type { Effect } from './faults';
import type { RegionState } from './region';
import { idOf } from './positions';
import type { World } from './world';

const writable = ({ server }: RegionState) => server.up && !server.readOnly;

/** Sentences of the invariants that `effect` left broken; empty when all hold. */
export function violationsAfter(world: World, effect: Effect): string[] {
  const at = `after ${effect.op} of ${effect.region ?? 'the zone'} in ${effect.step}, attempt ${effect.attempt}`;
  return [oneWriter, verifiedTarget, noUnfenceAfterPromotion, nothingDiscarded, onceEach].flatMap((rule) =>
    rule(world, effect).map((sentence) => `${sentence} (${at})`),
  );
}

function oneWriter(world: World): string[] {
  const writers = [...world.regions.values()].filter((each) => writable(each) && !world.unfenced.has(each.name));
  return writers.length > 1 ? [`I1: ${writers.map((each) => each.name).join(' and ')} both take writes`] : [];
}

function verifiedTarget(world: World, effect: Effect): string[] {
  if ([...world.zone.sets.values()].some((set) => set.values.length === 0)) return ['I2: a name is empty'];
  if (world.zone.sets.size === 0) return ['I2: the name is empty'];
  if (effect.op !== 'dns.replace' && effect.op !== 'traffic.point') return [];
  const epoch = Math.max(...[...world.regions.values()].map((each) => each.server.row.epoch));
  const { traffic } = world;
  // Of several names that move side by side each one counts when it moves.
  const values = world.zone.changed?.values ?? [];
  const named = [...world.regions.values()].filter(({ name, address }) =>
    traffic === undefined ? values.includes(address) : traffic.order[0] === name,
  );
  return named
    .filter(({ name, server: { row } }) => row.verifiedEpoch !== epoch || row.region !== name)
    .map(
      (each) =>
        `I2: ${traffic ? 'the traffic switch leads to' : 'DNS names'} ${each.name}, which is not verified in epoch ${epoch}`,
    );
}

/** A repair that makes the primary of an epoch writable again is not an un-fence of an older one. */
function noUnfenceAfterPromotion(world: World, effect: Effect): string[] {
  if (effect.op !== 'database.unfence') return [];
  const promotion = world.gate.effects.find((each) => each.op === 'database.promote' && each.epoch >= effect.epoch);
  return promotion && promotion.region !== effect.region
    ? [`I7: ${effect.region ?? ''} was un-fenced although ${promotion.region ?? ''} had been promoted`]
    : [];
}

/** What a source that answers still has is fetched from it again. */
function nothingDiscarded(world: World): string[] {
  return [...world.regions.values()].flatMap(({ name, server: { discarded, replication } }) => {
    if (discarded.length === 0) return [];
    const source = world.serverAt(replication?.sourceHost ?? '');
    const kept = new Set(source?.up === true ? source.log.map(idOf) : []);
    const gone = discarded
      .splice(0)
      .map(idOf)
      .filter((id) => !kept.has(id));
    return gone.length === 0 ? [] : [`I3: ${name} threw away ${gone.length} fetched transactions, from ${gone[0]} on`];
  });
}

/** These change the world once an epoch; the others may be taken back and made again within one. */
const once = [
  'database.promote',
  'database.openTo',
  'sessions.promote',
  'dns.replace',
  'traffic.point',
  'shop.canaryOrder',
];

function onceEach(world: World, effect: Effect): string[] {
  if (!once.includes(effect.op) || effect.step.startsWith('lower-dns-ttl')) return [];
  const same = world.gate.effects.filter(
    (each) =>
      each.changed &&
      each.op === effect.op &&
      each.region === effect.region &&
      each.epoch === effect.epoch &&
      each.step === effect.step,
  );
  return same.length > 1 ? [`I4: ${effect.op} took effect ${same.length} times in epoch ${effect.epoch}`] : [];
}

/** Acknowledged orders that `region` does not have. */
export function missingIn(world: World, region: string): string[] {
  const kept = new Set(world.region(region).server.log.map((each) => each.order?.key));
  return world.acknowledged.filter(({ order }) => !kept.has(order)).map(({ order }) => order);
}

/** Ids that customers were given for two different orders. */
export function issuedTwice(world: World): number[] {
  const seen = new Set<number>();
  return world.acknowledged.map(({ id }) => id).filter((id) => seen.size === seen.add(id).size);
}
