/** The site and its ports, read from `sites/` when first asked for and again when the file changes; a worker need not be restarted. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSite, resolveSecret } from '../config';
import { connect, type Connected } from '../providers/connect';
import type { Ground, GroundFor } from './prepare';

interface Kept extends Ground {
  ports: Connected;
  /** Of the file it was read from; parsing it again for every step would cost more than some steps take. */
  writtenAtMs: number;
}

/** Ports are kept open between steps: a transfer counts in tens of milliseconds, and a TLS handshake is several of them. */
export function groundKeeper(options: { sitesDir: string }): GroundFor {
  const kept = new Map<string, Kept>();
  return async (name) => {
    const known = kept.get(name);
    const writtenAtMs = await stat(join(options.sitesDir, `${name}.yaml`)).then(
      ({ mtimeMs }) => mtimeMs,
      () => -1,
    );
    if (known?.writtenAtMs === writtenAtMs) return known;
    const site = await loadSite(name, options);
    const ground = { site, ports: connect(site), caPem: await resolveSecret(site.shop.ca), writtenAtMs };
    kept.set(name, ground);
    await known?.ports.close();
    return ground;
  };
}
