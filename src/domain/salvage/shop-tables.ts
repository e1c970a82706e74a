/** The tables of a shop that salvage knows by name; all others are treated by their keys and images alone. */

export const shopTables = {
  orders: 'wp_wc_orders',
  operational: 'wp_wc_order_operational_data',
  items: 'wp_woocommerce_order_items',
  itemMeta: 'wp_woocommerce_order_itemmeta',
  aliases: 'wp_handover_order_aliases',
  outbox: 'wp_handover_event_outbox',
} as const;

/** Whether these rows of a deposed region are true is nobody's question any more. */
export const passing: ReadonlySet<string> = new Set([
  'handover_epoch',
  'handover_heartbeat',
  'handover_canary',
  'handover_salvaged',
  'handover_compared',
  'handover_checksums',
]);
