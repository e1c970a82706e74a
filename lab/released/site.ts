/** The lab's site file for released WooCommerce: a plain shop whose orders take longer. */
import { parse, stringify } from 'yaml';
import { plainSite } from '../shop-kind';

/** A checkout of WooCommerce takes a second or two, and twenty where both regions and all customers share two processors that others use, too. */
export function woocommerceSite(source: string): string {
  const site = parse(plainSite(source)) as { policy: object; [field: string]: unknown };
  return stringify({ ...site, policy: { ...site.policy, checkoutGrace: '30s' } });
}
