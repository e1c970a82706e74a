/** Where a WooCommerce shop takes what shoppers do; the plugin knows by these paths which of the requests write orders. */
export const paths = {
  order: '/wp-json/wc/store/v1/checkout',
  pay: (key: string) => `/wp-json/wc/store/v1/checkout/${key}`,
  refund: (key: string) => `/wp-json/wc/v3/orders/${key}/refunds`,
  login: '/my-account/',
  fill: '/wp-json/wc/store/v1/cart/add-item',
  cart: '/wp-json/wc/store/v1/cart',
  upload: '/wp-json/wp/v2/media',
} as const;
