/** The site and its ports, read from `sites/` when first asked for and again when the file changes; a worker need not be restarted. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from '@temporalio/activity';
import { loadSite } from '../config';
import { resolveSecret } from '../fields/secret-refs';
import { sentenceOf } from '../domain/sentence';
import { connect, type Connected } from '../connect/connect';
import type { SiteContext, SiteContextFor } from './planning/prepare';

interface Kept extends SiteContext {
  ports: Connected;
  /** Of the file it was read from; parsing it again for every step would cost more than some steps take. */
  writtenAtMs: number;
}

/** Ports are kept open between steps: a transfer counts in tens of milliseconds, and a TLS handshake is several of them. */
export function siteCache(options: { sitesDir: string }): SiteContextFor {
  const kept = new Map<string, Kept>();
  return async (name) => {
    const known = kept.get(name);
    const writtenAtMs = await stat(join(options.sitesDir, `${name}.yaml`)).then(
      ({ mtimeMs }) => mtimeMs,
      () => -1,
    );
    if (known?.writtenAtMs === writtenAtMs) return known;
    try {
      const context = await open(name, options, writtenAtMs);
      kept.set(name, context);
      await known?.ports.close();
      return context;
    } catch (error) {
      if (!known) throw error;
      const problem = `The changed site file of ${name} is invalid, so the last valid one stays in use: ${sentenceOf(error)}`;
      log.warn(problem);
      return { ...known, problem };
    }
  };
}

async function open(name: string, options: { sitesDir: string }, writtenAtMs: number): Promise<Kept> {
  const site = await loadSite(name, options);
  return { site, ports: connect(site), caPem: await resolveSecret(site.shop.ca), writtenAtMs };
}
