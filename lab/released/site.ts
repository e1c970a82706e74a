/** The lab's site file for released WooCommerce: a plain shop whose orders take longer. */
import { parse, stringify } from 'yaml';
import { plainSite } from '../shop-kind';

/** Orders in flight get as long as docs/operating.md says for a shop of one's own. */
export function woocommerceSite(source: string): string {
  const site = parse(plainSite(source)) as { policy: object; [field: string]: unknown };
  return stringify({ ...site, policy: { ...site.policy, checkoutGrace: '10s' } });
}
