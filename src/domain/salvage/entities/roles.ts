/** What each table of WordPress and WooCommerce is to a merge of two regions. Names are without the shop's prefix. */

/** What a row belongs to, and what is decided about as one. */
export type Kind =
  | 'customer'
  | 'term'
  | 'product'
  | 'coupon'
  | 'order'
  | 'comment'
  | 'post'
  | 'notice'
  | 'rows'
  | 'action'
  | 'option'
  | 'session';

/** How a row's entity is found. */
type Owner =
  /** A column holds the id of the entity. */
  | { by: 'id'; kind: Kind; column: string }
  /** A column names an order or a refund of one; a post, whose type says what it is; a row of another table, whose owner it is. */
  | { by: 'order' | 'post'; column: string }
  | { by: 'row'; table: string; column: string }
  /** The table's own rule. */
  | { by: 'posts' | 'orders' | 'comments' | 'lookups' }
  /** Each row alone, by its primary key. */
  | { by: 'itself'; kind: Kind };

/** A table of names and values: one row for each pair, whatever the number of the row. */
export interface Pairs {
  owner: string;
  name: string;
  value: string;
}

export interface TableRole {
  /** `never`: another purpose's, `ephemeral`: worth nothing after an hour; neither is copied. `derived`: computed from other rows. */
  role: 'entity' | 'derived' | 'never' | 'ephemeral';
  owner: Owner;
  pairs?: Pairs;
  /** Columns that count: both sides' differences add up. */
  counters?: readonly string[];
  /** Counters of what is for sale: below zero both regions sold the same. */
  sold?: readonly string[];
  /** Columns that change by themselves; nobody is asked which value is right. */
  passing?: readonly string[];
  /** Columns that are right together only: where each side changed one of them, all are as the primary has them. */
  tied?: readonly string[];
  /** Columns of which the later value is right. */
  later?: readonly string[];
  /** Columns that hold ids which the other side may have given to the same thing under another number. */
  refers?: Readonly<Record<string, Twin>>;
  /** Nothing refers to the row's number, so it may get another one. */
  leaf?: true;
}

/** What may exist on both sides under two numbers. */
export type Twin = 'users' | 'lookups' | 'groups' | 'orders' | 'terms' | 'taxonomies';

const never: TableRole = { role: 'never', owner: { by: 'itself', kind: 'rows' } };
const ephemeral: TableRole = { role: 'ephemeral', owner: { by: 'itself', kind: 'rows' } };
const entity = (owner: Owner, more: Omit<TableRole, 'role' | 'owner'> = {}): TableRole => ({
  role: 'entity',
  owner,
  ...more,
});
const derived = (owner: Owner, more: Omit<TableRole, 'role' | 'owner'> = {}): TableRole => ({
  ...entity(owner, more),
  role: 'derived',
});
const id = (kind: Kind, column: string): Owner => ({ by: 'id', kind, column });
const itself = (kind: Kind): Owner => ({ by: 'itself', kind });
const order = (column = 'order_id'): Owner => ({ by: 'order', column });
const post = (column: string): Owner => ({ by: 'post', column });
const row = (table: string, column: string): Owner => ({ by: 'row', table, column });
const pairs = (owner: string): Pairs => ({ owner, name: 'meta_key', value: 'meta_value' });
const modified = ['post_modified', 'post_modified_gmt'];

export const roles: Readonly<Record<string, TableRole>> = {
  posts: entity({ by: 'posts' }, { counters: ['comment_count'], passing: modified, refers: { post_author: 'users' } }),
  postmeta: entity(post('post_id'), { pairs: pairs('post_id'), leaf: true }),
  comments: entity({ by: 'comments' }, { refers: { user_id: 'users' } }),
  commentmeta: entity(row('comments', 'comment_id'), { pairs: pairs('comment_id'), leaf: true }),

  wc_orders: entity({ by: 'orders' }, { passing: ['date_updated_gmt'], refers: { customer_id: 'users' } }),
  wc_orders_meta: entity(order(), { leaf: true }),
  wc_order_addresses: entity(order(), { leaf: true }),
  wc_order_operational_data: entity(order(), { leaf: true, passing: ['date_paid_gmt', 'date_completed_gmt'] }),
  woocommerce_order_items: entity(order()),
  woocommerce_order_itemmeta: entity(row('woocommerce_order_items', 'order_item_id'), { leaf: true }),
  woocommerce_downloadable_product_permissions: entity(order(), {
    counters: ['download_count', 'downloads_remaining'],
    passing: ['access_granted'],
    refers: { user_id: 'users' },
  }),
  wc_reserved_stock: derived(order()),
  wc_order_stats: derived(order(), { refers: { customer_id: 'lookups' } }),
  wc_order_product_lookup: derived(order(), { refers: { customer_id: 'lookups' } }),
  wc_order_tax_lookup: derived(order()),
  wc_order_coupon_lookup: derived(order()),

  wc_product_meta_lookup: derived(post('product_id'), {
    counters: ['stock_quantity', 'total_sales'],
    tied: ['min_price', 'max_price', 'onsale'],
  }),
  wc_product_attributes_lookup: derived(post('product_or_parent_id'), { refers: { term_id: 'terms' } }),
  term_relationships: entity(post('object_id'), { refers: { term_taxonomy_id: 'taxonomies' } }),

  users: entity(id('customer', 'ID'), { passing: ['user_activation_key'] }),
  usermeta: entity(id('customer', 'user_id'), { pairs: pairs('user_id'), leaf: true, refers: { user_id: 'users' } }),
  wc_customer_lookup: derived({ by: 'lookups' }, { later: ['date_last_active'], refers: { user_id: 'users' } }),
  woocommerce_payment_tokens: entity(id('customer', 'user_id'), { refers: { user_id: 'users' } }),
  woocommerce_payment_tokenmeta: entity(row('woocommerce_payment_tokens', 'payment_token_id'), {
    pairs: pairs('payment_token_id'),
    leaf: true,
  }),
  wc_download_log: entity(itself('rows'), { leaf: true, refers: { user_id: 'users' } }),

  terms: entity(id('term', 'term_id'), { refers: { term_id: 'terms' } }),
  termmeta: entity(id('term', 'term_id'), { pairs: pairs('term_id'), leaf: true, refers: { term_id: 'terms' } }),
  term_taxonomy: entity(id('term', 'term_id'), {
    counters: ['count'],
    refers: { term_taxonomy_id: 'taxonomies', term_id: 'terms', parent: 'terms' },
  }),
  wc_category_lookup: derived(itself('rows'), { refers: { category_tree_id: 'terms', category_id: 'terms' } }),

  actionscheduler_actions: entity(id('action', 'action_id'), { refers: { group_id: 'groups' } }),
  actionscheduler_logs: entity(id('action', 'action_id'), { leaf: true }),
  actionscheduler_groups: entity(itself('rows')),
  actionscheduler_claims: ephemeral,

  options: entity(id('option', 'option_name'), { passing: ['autoload', 'option_id'], leaf: true }),
  woocommerce_sessions: entity(id('session', 'session_key'), { leaf: true, refers: { session_key: 'users' } }),

  wc_admin_notes: entity(id('notice', 'note_id'), { passing: ['is_read', 'is_deleted', 'status'] }),
  wc_admin_note_actions: entity(id('notice', 'note_id'), { leaf: true }),

  woocommerce_log: ephemeral,
  wc_rate_limits: ephemeral,
};

/** What a shop may say of a table of its own, each row of which is decided about by itself. */
export const shopRoles = {
  /** What only one region changed is taken, column by column; what both changed is listed. */
  rows: entity(itself('rows')),
  /** Jobs: done in the deposed region they are done here, and what both worked on is listed. */
  queue: entity(itself('rows')),
  /** Computed, or of visitors: nobody is asked which side is right, and the primary's stays. */
  derived: derived(itself('rows')),
  session: derived(itself('rows')),
  ephemeral,
  never,
} as const satisfies Readonly<Record<string, TableRole>>;

export const handoverRole = never;
export const unknownRole: TableRole = shopRoles.rows;

/** What a post of this type is part of; one of another type is a post by itself, unless it has the lines or the key of an order. */
export const postKinds: Readonly<Record<string, { kind: Kind; parent?: true }>> = {
  product: { kind: 'product' },
  product_variation: { kind: 'product', parent: true },
  shop_coupon: { kind: 'coupon' },
  shop_order: { kind: 'order' },
  shop_order_placehold: { kind: 'order' },
  shop_order_refund: { kind: 'order', parent: true },
  shop_subscription: { kind: 'order' },
};

/** Types of WordPress' own posts, which are never orders. */
const plainPosts: ReadonlySet<string> = new Set([
  ...['post', 'page', 'attachment', 'revision', 'nav_menu_item', 'custom_css', 'customize_changeset', 'oembed_cache'],
  ...['user_request', 'wp_block', 'wp_template', 'wp_template_part', 'wp_global_styles', 'wp_navigation'],
  ...['wp_font_family', 'wp_font_face', 'scheduled-action'],
]);

/** Whether a post of this type may be an order of a plugin's. */
export const mayBeOrder = (type: string): boolean => !Object.hasOwn(postKinds, type) && !plainPosts.has(type);

/** Whether what belongs to an order of this type is known. */
export const isOrderType = (type: string): boolean =>
  Object.hasOwn(postKinds, type) && postKinds[type]?.kind === 'order';
