/** A site has two regions; undefined where `than` is the only one. */
export function otherRegion(regions: Readonly<Record<string, unknown>>, than: string): string | undefined {
  return Object.keys(regions).find((region) => region !== than);
}
