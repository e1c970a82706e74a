/** Where a shop answers the runbook and the vantages, as in `shop.healthPath` and the like of a site. */
export interface ShopPaths {
  health: string;
  serving: string;
  /** A canary order is placed here and deleted at `CANARY/KEY`. */
  canary: string;
}

/** Those of the WordPress plugin. */
export const pluginPaths: ShopPaths = {
  health: '/wp-json/handover/v1/health',
  serving: '/handover-serving',
  canary: '/wp-json/handover/v1/canary',
};
