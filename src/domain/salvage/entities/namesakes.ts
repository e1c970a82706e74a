/** What a shop keeps unique although its database would take it twice: logins, e-mail addresses, codes, article numbers, addresses of pages. */
import { sameValue, shown, type Row, type Value } from '../transaction';
import type { Found } from './gather';
import type { Look, Mapped, Scene } from './scene';
import type { ShopTables } from './tables';

const filled = (value: Value | undefined): value is string => typeof value === 'string' && value !== '';

/** Whether it got this name, or is published under it: a draft may have a name that another thing took since. */
const isNamed = (before: Row | undefined, after: Row, column: string): boolean =>
  !before ||
  !sameValue(before[column], after[column]) ||
  !sameValue(before['post_status'] ?? null, after['post_status'] ?? null);

/** Rows of the primary that may have the name of one that is new or changed. */
export function namesakeLooks({ table, before, after }: Mapped, tables: ShopTables): Look[] {
  if (!after) return [];
  const by = (...columns: string[]): Look[] =>
    columns.every((column) => filled(after[column]))
      ? [{ table, where: Object.fromEntries(columns.map((column) => [column, after[column] ?? null])) }]
      : [];
  switch (tables.bare(table)) {
    case 'users':
      return [...(before ? [] : by('user_login')), ...by('user_email')];
    case 'posts':
      return isNamed(before, after, 'post_name') ? by('post_name', 'post_type') : [];
    case 'wc_product_meta_lookup':
      return isNamed(before, after, 'sku') ? by('sku') : [];
    case 'woocommerce_attribute_taxonomies':
      return isNamed(before, after, 'attribute_name') ? by('attribute_name') : [];
    default:
      return [];
  }
}

/** The same change under a name of its own; `because` is what a person must know of it. */
interface Named {
  net: Mapped;
  because?: string;
}

export function named(net: Mapped, scene: Scene): Named {
  const { after } = net;
  if (!after) return { net };
  const column = { users: 'user_login', posts: 'post_name', wc_product_meta_lookup: 'sku' }[
    scene.tables.bare(net.table)
  ];
  if (column === 'user_login') return namedUser(net, after, scene);
  if (column === undefined || !isNamed(net.before, after, column) || !filled(after[column])) return { net };
  const other = otherWith(net, column, scene);
  if (!other) return { net };
  if (column === 'sku') {
    const because = `its SKU is that of product ${shown(other['product_id'])} on the primary: give one of them another`;
    return { net, because };
  }
  if (!hasAddress(after)) return { net };
  return { net: { ...net, after: { ...after, post_name: suffixed(after, 'post_name', 200, shown(after['ID'])) } } };
}

/**
 * As WordPress' own `wp_unique_post_slug` has it (7.1): no draft, revision or entry of a menu. WooCommerce looks up no order by that name, and
 * each order is to be as it was.
 */
const hasAddress = ({ post_type: type = null, post_status: status = null }: Row): boolean =>
  !/^(shop_.*|revision|nav_menu_item)$/.test(shown(type)) && !/^(draft|pending|auto-draft|trash)$/.test(shown(status));

function namedUser(net: Mapped, after: Row, scene: Scene): Named {
  const { before } = net;
  if (before) {
    const isMoved = !sameValue(before['user_email'], after['user_email']);
    if (!isMoved || !filled(after['user_email']) || !otherWith(net, 'user_email', scene)) return { net };
    const because = "its new user_email is another customer's on the primary";
    return { net: { ...net, after: { ...after, user_email: before['user_email'] ?? null } }, because };
  }
  if (!filled(after['user_login']) || !otherWith(net, 'user_login', scene)) return { net };
  const id = shown(after['ID']);
  const own: Row = {
    ...after,
    user_login: suffixed(after, 'user_login', 60, id),
    ...('user_nicename' in after && { user_nicename: suffixed(after, 'user_nicename', 50, id) }),
  };
  const because = `its login is another customer's on the primary, so -${id} was added to it; tell its owner, whose e-mail address is a login too`;
  return { net: { ...net, after: own }, because };
}

/** @param length of the column */
const suffixed = (row: Row, column: string, length: number, id: string): string =>
  `${shown(row[column]).slice(0, length - id.length - 1)}-${id}`;

function otherWith({ table, pk, after }: Mapped, column: string, { rows, tables }: Scene): Row | undefined {
  const columns = tables.bare(table) === 'posts' ? [column, 'post_type'] : [column];
  const where = Object.fromEntries(columns.map((each) => [each, after?.[each] ?? null]));
  return rows({ table, where }).find((row) => Object.entries(pk).some(([each, value]) => !sameValue(row[each], value)));
}

/** A coupon is its code: a second one would be found in place of the primary's, or never. */
export function codeTaken(net: Mapped, found: Found, scene: Scene): string | undefined {
  const { before, after } = net;
  if (found.kind !== 'coupon' || !after || !isNamed(before, after, 'post_name') || !filled(after['post_name']))
    return undefined;
  const other = otherWith(net, 'post_name', scene);
  return other
    ? `Coupon ${found.id} has the code of coupon ${shown(other['ID'])} on the primary, which stays: change that one by hand where it should be as in the deposed region.`
    : undefined;
}

/** An attribute of products is its name: a second one would share the terms of the primary's. */
export function attributeTaken(net: Mapped, scene: Scene): string | undefined {
  const { table, before, after } = net;
  const isIts = scene.tables.bare(table) === 'woocommerce_attribute_taxonomies';
  if (!isIts || !after || !isNamed(before, after, 'attribute_name')) return undefined;
  const other = otherWith(net, 'attribute_name', scene);
  return other
    ? `its attribute_name is that of attribute ${shown(other['attribute_id'])} on the primary, which stays`
    : undefined;
}
