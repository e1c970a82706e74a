/** The shop over HTTPS at one region's own address, independent of its public name. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import { openHttp, type HttpClient } from '../http/client';
import type { HttpResponse } from '../http/response';
import type { Shop } from '../../ports/ports';
import { bodyOf, bodyOr503, capitalized, jsonOf, requireSuccess } from '../http/read-response';
import { certificateEndsAt } from './certificate';
import { healthAnswer, regionName, servingAnswer } from './health';
import { knownReason } from './known-reasons';
import { pluginPaths, type ShopPaths } from './paths';

export interface HttpsShopOptions {
  /** Name of the region, for messages and to check responses against. */
  region: string;
  address: string;
  /** 443 by default. */
  port?: number;
  /** The shop's public name, for Host, SNI and the certificate. */
  name: string;
  /** PEM of the certificate's CA, unless it is a public one. */
  ca?: string;
  /** Token that marks an order as a canary. */
  canaryToken: string;
  /** The plugin's by default. */
  paths?: ShopPaths;
  /** Limit of one request, 5 s by default. */
  timeoutMs?: number;
}

/** Keeps the request in this region: without the header a region that proxies its requests would forward it. */
export const directHeader = { 'x-handover-direct': '1' } as const;

const canaryAnswer = z.object({
  canary: z.literal(true),
  key: z.string(),
  region: regionName,
  epoch: z.number().int(),
  /** How the plugin has taken the order back; a shop that does not say it must be told to. */
  way: z.enum(['transaction', 'draft']).optional(),
});

/** @throws PortError denied for a wrong token, unavailable when no order can be placed, garbage when another region responded. */
export function httpsShop(options: HttpsShopOptions): Shop & { close: () => void } {
  const { region, address, name, port = 443, ca, canaryToken, paths = pluginPaths, timeoutMs = 5_000 } = options;
  const http = openHttp({
    server: `the shop of region ${region}`,
    baseUrl: `https://${name}:${port}`,
    address,
    headers: directHeader,
    secrets: [canaryToken],
    timeoutMs,
    quote: knownReason,
    ...(ca !== undefined && { ca }),
  });
  const headers = { 'x-handover-canary': canaryToken };
  return {
    // A shop tells its versions to the token's holder alone.
    health: async () => {
      const response = await http.send({ path: paths.health, headers });
      requirePlugin(response, paths.health);
      return bodyOr503(response, healthAnswer);
    },
    serving: async () => {
      const response = await http.send({ path: paths.serving });
      return { ...bodyOr503(response, servingAnswer), region: regionOf(response) };
    },
    canaryOrder: (wanted) => placeCanary(http, { region, path: paths.canary, headers }, orderKey(wanted)),
    certificateEndsAt: () =>
      certificateEndsAt({
        server: `the shop of region ${region}`,
        address,
        port,
        name,
        timeoutMs,
        ...(ca !== undefined && { ca }),
      }),
    close: http.close,
  };
}

/** @throws PortError absent or garbage where WordPress answers without the plugin: with a page, or its own 404. */
function requirePlugin({ server, status, text }: HttpResponse, path: string): void {
  if (status !== 404 && (status > 299 || jsonOf(text) !== undefined)) return;
  throw new PortError(
    status === 404 ? 'absent' : 'garbage',
    `${capitalized(server)} returned ${status} and no health report at ${path}, so handover's plugin does not run there. Install it as docs/woocommerce.md says, or correct shop.healthPath.`,
  );
}

interface CanaryPlace {
  region: string;
  path: string;
  headers: Record<string, string>;
}

async function placeCanary(http: HttpClient, { region, path, headers }: CanaryPlace, key: string) {
  const order = bodyOf(await http.send({ method: 'POST', path, headers, json: { key } }), canaryAnswer);
  // Firewalls of web servers refuse DELETE, so it is not sent without need.
  if (order.way === undefined) {
    const removed = await http.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(key)}`, headers });
    if (removed.status !== 404) requireSuccess(removed);
  }
  if (order.region === region && order.key === key) return { region: order.region, epoch: order.epoch };
  const placed = `region ${order.region} placed ${order.key === key ? 'it' : 'one with another key'}`;
  throw new PortError('garbage', `Canary order ${key} was sent to region ${region}, but ${placed}.`);
}

function regionOf(response: HttpResponse): string {
  const region = response.headers['x-handover-region'];
  if (regionName.safeParse(region).data !== undefined) return region ?? '';
  throw new PortError(
    'garbage',
    `The response of ${response.server} has no header X-Handover-Region, so its region is unknown.`,
  );
}

/** The shop accepts keys of up to 100 letters, digits and `. _ : @ -`. The same input gives the same key. */
function orderKey(wanted: string): string {
  const plain = `canary-${wanted.replace(/[^A-Za-z0-9._:@-]/g, '-')}`;
  if (plain.length <= 100) return plain;
  return `${plain.slice(0, 83)}-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`;
}
