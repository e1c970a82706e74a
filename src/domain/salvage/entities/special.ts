/** Scheduled actions, options and sessions: what the deposed region already did must not be done again. */
import { shown, type Row } from '../transaction';
import type { Ruling, Write } from '../ruling';
import type { Found } from './gather';
import { unitedCron } from './cron';
import { listed, nothing, ruled } from './rulings';
import { applied, applyRow } from './rows';
import { matches, passingOptions, transientOptions } from './names';
import { mappedNet, presentOf, sameRow, unnumbered, update, insert, type Mapped, type Scene } from './scene';

const running = 'in-progress';

/** What was done there is never done here; what is still to be done arrives once, unclaimed, and with its order only. */
export function decideAction(found: Found, scene: Scene): Ruling {
  const table = scene.tables.named('actionscheduler_actions');
  const place = found.theirs.find((each) => each.table === table);
  const net = place && mappedNet(scene, place);
  const logs = found.theirs.filter((each) => each.table !== table);
  if (!net) return ruled(applied(logs, scene).writes, 'copied', `The log of action ${found.id}.`);
  const { after } = net;
  if (!after) return ruled(applied(found.theirs, scene).writes, 'update', `Action ${found.id} was cleaned up.`);
  const present = presentOf(scene, net);
  if (!net.before) {
    const obstacle = newActionObstacle(net, after, present, found, scene);
    if (obstacle) return obstacle;
  }
  const writes = net.before ? changedAction(net, after, present) : [insert(table, arrived(after))];
  const all = [...writes, ...applied(logs, scene).writes];
  if (after['status'] === running && (!net.before || present?.['status'] === 'pending')) {
    const because = `Action ${found.id} (${shown(after['hook'])}) was running when the deposed region was lost, so it may be half done. It arrives as failed: find out, and run it again if it is needed.`;
    return { ...listed(because, scene, found), writes: all };
  }
  return ruled(
    all,
    net.before ? 'update' : 'copied',
    `Action ${found.id} is ${shown(after['status'])} in the deposed region.`,
  );
}

function newActionObstacle(
  { table }: Mapped,
  after: Row,
  present: Row | undefined,
  found: Found,
  scene: Scene,
): Ruling | undefined {
  if (present)
    return sameRow(arrived(after), present)
      ? nothing
      : listed(`Action ${found.id} has a number that the primary gave to another action.`, scene, found);
  if (after['status'] !== 'pending') return undefined;
  const { hook = null, args = null } = after;
  if (scene.rows({ table, where: { hook, args, status: 'pending' } }).length > 0)
    return { ...nothing, because: 'The primary has the same action to do.' };
  const orders = (shown(args).match(/\d+/g) ?? []).filter((id) => scene.isMissing(`order ${id}`));
  if (orders.length === 0) return undefined;
  return listed(
    `Action ${found.id} (${shown(hook)}) belongs to order ${orders.join(', ')}, which is left to a person.`,
    scene,
    found,
  );
}

/** Nobody has claimed it here. */
const arrived = (after: Row): Row => {
  if (after['status'] === running) return { ...after, status: 'failed', claim_id: '0' };
  return after['status'] === 'pending' ? { ...after, claim_id: '0' } : after;
};

function changedAction({ table, pk, before }: Mapped, after: Row, present: Row | undefined): Write[] {
  if (!present || !before || present['status'] !== 'pending') return [];
  const now = arrived(after);
  const isDone = now['status'] !== 'pending';
  if (!isDone && !sameRow(before, present)) return [];
  return update(
    table,
    pk,
    Object.fromEntries(Object.entries(now).filter(([column, value]) => present[column] !== value)),
  );
}

export function decideOption(found: Found, scene: Scene): Ruling {
  if (matches(found.id, transientOptions)) return { ...nothing, because: 'It passes by itself.' };
  const [place] = found.theirs;
  const net = place && mappedNet(scene, place);
  if (!net) return nothing;
  const { table } = net;
  const [present] = scene.rows({ table, where: { option_name: found.id } });
  const [was, there, here] = [net.before, net.after, present].map((row) => row?.['option_value']);
  const because = `Option ${found.id} was changed in the deposed region.`;
  if (found.id === 'cron' && typeof there === 'string' && typeof here === 'string' && present) {
    const value = unitedCron(typeof was === 'string' ? was : '', there, here);
    const writes = value === undefined || value === here ? [] : update(table, keyOf(present), { option_value: value });
    return ruled(writes, 'update', 'The planned events of both regions were united.');
  }
  if (there === here) return nothing;
  if (!net.before && !present && net.after) {
    const isFree = presentOf(scene, net) === undefined;
    return ruled([insert(table, isFree ? net.after : unnumbered(net.after, net.pk))], 'copied', because);
  }
  if (net.before && present && here === was)
    return ruled(
      net.after
        ? update(table, keyOf(present), { option_value: net.after['option_value'] ?? null })
        : [{ action: 'delete', table, key: keyOf(present) }],
      'update',
      because,
    );
  if (matches(found.id, passingOptions)) return { ...nothing, because: 'It changes by itself.' };
  return listed(`Option ${found.id} was changed in both regions; the primary's stays.`, scene, found);
}

const keyOf = (row: Row): Row => ({ option_id: row['option_id'] ?? null });

/** The primary's session stays; one that only the deposed region has goes on. */
export function decideSession(found: Found, scene: Scene): Ruling {
  const writes = found.theirs.flatMap((place) => {
    const net = mappedNet(scene, place);
    if (!net) return [];
    const isThere =
      net.after &&
      scene.rows({ table: net.table, where: { session_key: net.after['session_key'] ?? null } }).length > 0;
    return !net.before && isThere ? [] : applyRow(net, scene).writes;
  });
  return ruled(writes, 'copied', 'A session of the deposed region goes on.');
}

/** What a shop tells its administrator: once. */
export function decideNotice(found: Found, scene: Scene): Ruling {
  const table = scene.tables.named('wc_admin_notes');
  const place = found.theirs.find((each) => each.table === table);
  const net = place && mappedNet(scene, place);
  const isNew = net && !net.before && net.after;
  if (isNew && scene.rows({ table, where: { name: net.after?.['name'] ?? null } }).length > 0) return nothing;
  return ruled(applied(found.theirs, scene).writes, 'copied', `Notice ${found.id} of the deposed region.`);
}
