/** Scheduled actions, options and sessions: what the deposed region already did must not be done again. */
import { shown, type Row } from '../transaction';
import type { Ruling, Write } from '../ruling';
import { keyOf as rowKey } from './fold';
import type { Found } from './gather';
import { decideImports, importedUpTo } from './analytics';
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
  if (isPlanned(table, after, scene)) return { ...nothing, because: 'The primary has the same action to do.' };
  const { hook = null, args = null } = after;
  const orders = numbersIn(shown(args)).filter((id) => scene.isMissing(`order ${id}`));
  if (orders.length === 0) return undefined;
  return listed(
    `Action ${found.id} (${shown(hook)}) belongs to order ${orders.join(', ')}, which is left to a person.`,
    scene,
    found,
  );
}

/** Whole numbers in arguments, but none that is a part of a date, a time, a decimal or a word. */
const numbersIn = (args: string): string[] => args.match(/(?<![\w.-]|\d:)\d+(?![\w.-]|:\d)/g) ?? [];

/**
 * Whether the primary will do the same or is doing it. What the deposed region has done or called off is no longer to be done; what waited already
 * when the regions parted waits there too, beside the new one.
 */
function isPlanned(table: string, { hook = null, args = null }: Row, { rows, folds, tables, blind }: Scene): boolean {
  const { primary } = tables.shapeOf(table);
  const isAnother = (row: Row) => {
    const [there, here] = [folds.theirs, folds.ours].map((fold) => fold.get(table, rowKey(row, primary)));
    const isOld = !blind && (here ? here.before?.['status'] === 'pending' : true);
    return isOld || (there?.before !== undefined && there.after?.['status'] !== 'pending');
  };
  const [waiting, run] = ['pending', running].map((status) => rows({ table, where: { hook, args, status } }));
  return (run ?? []).length > 0 || (waiting ?? []).some((row) => !isAnother(row));
}

/** Nobody has claimed it here. */
const arrived = (after: Row): Row => {
  if (after['status'] === running) return { ...after, status: 'failed', claim_id: '0' };
  return after['status'] === 'pending' ? { ...after, claim_id: '0' } : after;
};

/**
 * Whether it is still to be done here. One that ran when the regions parted and that the deposed region completed is complete: here it still seems
 * to run, or the cleaner has marked it as failed, and somebody might run it again.
 */
function isOpen(before: Row, after: Row, present: Row): boolean {
  const [was, there, here] = [before, after, present].map((row) => shown(row['status'] ?? null));
  if (here === 'pending') return true;
  return was === running && there === 'complete' && (here === running || here === 'failed');
}

function changedAction({ table, pk, before }: Mapped, after: Row, present: Row | undefined): Write[] {
  if (!present || !before || !isOpen(before, after, present)) return [];
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
  if (found.id === importedUpTo) return decideImports(found, scene);
  if (matches(found.id, transientOptions)) return { ...nothing, because: 'It passes by itself.' };
  const option = optionOf(found, scene);
  if (!option) return nothing;
  const { table, before, after, present } = option;
  const [was, there, here] = [before, after, present].map((row) => row?.['option_value']);
  if (found.id === 'cron' && typeof there === 'string' && typeof here === 'string' && present) {
    const value = unitedCron(typeof was === 'string' ? was : '', there, here);
    const writes = value === undefined || value === here ? [] : update(table, keyOf(present), { option_value: value });
    return ruled(writes, 'update', 'The planned events of both regions were united.');
  }
  if (there === here || (there === was && before)) return nothing;
  const because = `Option ${found.id} was changed in the deposed region.`;
  if (!before && !present && after) return ruled([arrival(option, after, scene)], 'copied', because);
  if (before && present && here === was) return ruled(changedOption(option, present, scene), 'update', because);
  if (matches(found.id, passingOptions)) return { ...nothing, because: 'It changes by itself.' };
  return listed(`Option ${found.id} was changed in both regions; the primary's stays.`, scene, found);
}

/** An option is its name: one that was deleted and made again has another number. */
interface Option {
  table: string;
  before?: Row;
  after?: Row;
  present?: Row;
}

function optionOf(found: Found, scene: Scene): Option | undefined {
  const nets = found.theirs.flatMap((place) => mappedNet(scene, place) ?? []);
  const [first] = nets;
  if (!first) return undefined;
  const rows = scene.rows({ table: first.table, where: { option_name: found.id } });
  const present =
    rows.find((row) => row['option_name'] === found.id) ?? rows.find((row) => !isDeletedThere(row, first.table, scene));
  const [before, after] = [nets.find((net) => net.before)?.before, nets.find((net) => net.after)?.after];
  return { table: first.table, ...(before && { before }), ...(after && { after }), ...(present && { present }) };
}

/** A name in another case is another option to the log, and the same one to the server. */
function isDeletedThere(row: Row, table: string, { tables, folds }: Scene): boolean {
  const net = folds.theirs.get(table, rowKey(row, tables.shapeOf(table).primary));
  return net?.before !== undefined && !net.after;
}

function changedOption(option: Option, present: Row, scene: Scene): Write[] {
  const { table, after } = option;
  if (after && after['option_id'] === present['option_id'])
    return update(table, keyOf(present), { option_value: after['option_value'] ?? null });
  const gone: Write = { action: 'delete', table, key: keyOf(present) };
  return after ? [gone, arrival(option, after, scene)] : [gone];
}

function arrival({ table }: Option, after: Row, scene: Scene): Write {
  const isFree = scene.rows({ table, where: keyOf(after) }).length === 0;
  return insert(table, isFree ? after : unnumbered(after, keyOf(after)));
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
