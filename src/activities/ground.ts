/** The site and its ports, read from `sites/` when first asked for and again when the file changes; a worker need not be restarted. */
import { loadSite, type Site } from '../config';
import { connect } from '../providers/connect';
import type { Ports } from '../providers/ports';
import type { GroundFor } from './prepare';

/** Ports are kept open between steps: a transfer counts in tens of milliseconds, and a TLS handshake is several of them. */
export function groundKeeper(): GroundFor {
  const kept = new Map<string, { site: Site; ports: Ports }>();
  return (name) => {
    const site = loadSite(name);
    const known = kept.get(name);
    if (known?.site.hash === site.hash) return known;
    const ground = { site, ports: connect(site) };
    kept.set(name, ground);
    return ground;
  };
}
