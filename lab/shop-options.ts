/** Which shop a lab has, from the command line. */
import type { Given } from './released/folders';
import { shopKinds, type ShopKind } from './shop-kind';

export const releasedOptions = {
  woocommerce: { type: 'string' },
  wordpress: { type: 'string' },
  theme: { type: 'string' },
} as const;

export interface ShopOptions {
  shop: ShopKind;
  /** Released WooCommerce, as it was given on the command line. */
  given?: Given;
}

/** @throws Error that names the option, what is wrong with it, and a valid example. */
export function shopOf({ shop, woocommerce, wordpress, theme }: Partial<Given> & { shop: string }): ShopOptions {
  if (woocommerce !== undefined) return { shop: 'woocommerce', given: { woocommerce, wordpress, theme } };
  if (wordpress !== undefined || theme !== undefined)
    throw new Error(
      '--wordpress and --theme are for --woocommerce; for example --woocommerce woocommerce.zip --wordpress wordpress.zip',
    );
  return { shop: oneOf('shop', shopKinds, shop) };
}

export function oneOf<T extends string>(name: string, allowed: readonly T[], given: string): T {
  const found = allowed.find((each) => each === given);
  if (found === undefined)
    throw new Error(
      `--${name} must be one of ${allowed.join(', ')}, not "${given}"; for example --${name} ${allowed.at(-1) ?? ''}`,
    );
  return found;
}
