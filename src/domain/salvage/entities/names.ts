/** Names of values and options that are more than a value: what counts, what is a set, and what changes by itself. */
import type { Row } from '../transaction';

/** Names in tables of names and values: `*` ends a name that is only begun. */
export const names = {
  counters: [
    '_stock',
    'total_sales',
    'usage_count',
    '_wc_review_count',
    '_reduced_stock',
    'product_count_*',
    'order_count_*',
  ],
  /** Several rows of one name are a set: what each side added and took away counts. */
  sets: ['_price', '_used_by'],
  /** Sets in which each row is an event of its own: the same value in both regions is two of them. */
  uses: ['_used_by'],
  /** Counters that are a level: where nobody kept it there is nothing to add to, and one that is no longer kept is none. */
  levels: ['_stock'],
  passing: [
    '_edit_lock',
    '_edit_last',
    '_wc_average_rating',
    '_wc_rating_count',
    '_product_version',
    '_wp_old_*',
    'wc_last_active',
    'last_update',
    '_woocommerce_persistent_cart*',
    '_woocommerce_load_saved_cart_after_login',
    '_order_count',
    '_money_spent',
    '_last_order',
    'wc_order_count_*',
    'wc_money_spent_*',
    'wc_last_order_*',
    'community-events-location',
    '_stock_status',
    '_debug_log_source*',
    '_wc_order_attribution_*',
    '_customer_ip_address',
    '_customer_user_agent',
    '_wp_trash_meta_*',
    '_date_paid',
    '_paid_date',
    '_date_completed',
    '_completed_date',
    '_recorded_sales',
    '_recorded_coupon_usage_counts',
    '_billing_address_index',
    '_shipping_address_index',
  ],
} as const;

/** Values that are right together only: where each side changed one of them, all are as the primary has them. */
export const tied: readonly (readonly string[])[] = [
  ['_regular_price', '_sale_price', '_price', '_sale_price_dates_from', '_sale_price_dates_to'],
  ...['billing', 'shipping'].map((use) =>
    ['company', 'address_1', 'address_2', 'city', 'state', 'postcode', 'country'].map((part) => `${use}_${part}`),
  ),
];

/** What a refund that gives stock back notes on the lines of its order. */
export const refundMarks = ['_reduced_stock', '_restock_refunded_items'];

/** Values that are the number of a customer. */
export const customerNames = ['_customer_user', '_used_by'];

/** Locks of WordPress, of Action Scheduler and of plugins, by how their names end: `lockers` are none. */
const locks = ['*_lock', '*.lock', 'action_scheduler_lock_*'];

/** Options that every shop writes by itself. */
export const passingOptions = [
  '_transient_*',
  '_site_transient_*',
  ...locks,
  '*_last_*',
  'user_count',
  'jetpack_options',
  'recovery_keys',
  'rewrite_rules',
  'wc_pending_batch_processes',
  'woocommerce_queue_flush_rewrite_rules',
  'auto_core_update_*',
  'action_scheduler_*',
  'as_*',
  'wc_remote_*',
  'wc_blocks_*',
  'woocommerce_admin_*',
  'fresh_site',
  '*_cache*',
  '*_children',
  '*heartbeat*',
  'woocommerce_task_list_*',
  'woocommerce_onboarding_*',
  'woocommerce_custom_orders_table_*',
  '*_version',
];

/** Options that must never come from the other region. */
export const transientOptions = ['_transient_*', '_site_transient_*', ...locks];

/** A table with the name that a row of it has, where its rows are values under names. */
export const withName = (table: string, row: Row | undefined): string =>
  typeof row?.['meta_key'] === 'string' ? `${table} ${row['meta_key']}` : table;

export function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const begins = pattern.startsWith('*');
    const ends = pattern.endsWith('*');
    const word = pattern.slice(begins ? 1 : 0, ends ? -1 : undefined);
    if (begins && ends) return name.includes(word);
    if (begins) return name.endsWith(word);
    return ends ? name.startsWith(word) : name === word;
  });
}
