/** The shop over HTTPS at one region's own address, whatever its public name says. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import { openHttp } from '../http/client';
import type { HttpAnswer } from '../http/answer';
import type { Shop } from '../../ports/ports';
import { requireSuccess, bodyOf, bodyOr503 } from '../http/answers';
import { healthAnswer, servingAnswer } from './health';

export interface HttpsShopOptions {
  /** Name of the region, for the sentences and to hold the answers against. */
  region: string;
  address: string;
  /** 443 by default. */
  port?: number;
  /** The shop's public name: Host, SNI and the name in the certificate. */
  name: string;
  /** PEM of the authority that signed it, when that is not a well-known one. */
  ca?: string;
  /** Token that marks an order as a canary. */
  canaryToken: string;
  /** Limit of one request, 5 s by default. */
  timeoutMs?: number;
}

/** A request of ours is for the region itself: without this header a region that is being left would hand it on. */
export const direct = { 'x-handover-direct': '1' } as const;

const canaryAnswer = z.object({
  canary: z.literal(true),
  key: z.string(),
  region: z.string(),
  epoch: z.number().int(),
});

/** @throws PortError denied for a wrong token, unavailable when no order can be placed, garbage when another region answered. */
export function httpsShop(options: HttpsShopOptions): Shop & { close: () => void } {
  const { region, address, name, port = 443, ca, canaryToken, timeoutMs = 5_000 } = options;
  const http = openHttp({
    who: `the shop of region ${region}`,
    baseUrl: `https://${name}:${port}`,
    address,
    headers: direct,
    secrets: [canaryToken],
    timeoutMs,
    ...(ca !== undefined && { ca }),
  });
  const headers = { 'x-handover-canary': canaryToken };
  return {
    health: async () => bodyOr503(await http.ask({ path: '/health' }), healthAnswer),
    serving: async () => {
      const answer = await http.ask({ path: '/serving' });
      return { ...bodyOr503(answer, servingAnswer), region: regionOf(answer) };
    },
    canaryOrder: async (wanted) => {
      const key = orderKey(wanted);
      const order = bodyOf(await http.ask({ method: 'POST', path: '/orders', headers, json: { key } }), canaryAnswer);
      const removed = await http.ask({ method: 'DELETE', path: `/orders/${encodeURIComponent(key)}`, headers });
      if (removed.status !== 404) requireSuccess(removed);
      if (order.region === region && order.key === key) return { region: order.region, epoch: order.epoch };
      const found = `region ${order.region} with order ${order.key}`;
      throw new PortError('garbage', `The address of region ${region} answered canary order ${key} as ${found}.`);
    },
    close: http.close,
  };
}

function regionOf(answer: HttpAnswer): string {
  const region = answer.headers['x-handover-region'];
  if (region !== undefined && region !== '') return region;
  throw new PortError(
    'garbage',
    `${answer.who} did not say which region it is: the header X-Handover-Region is missing.`,
  );
}

/** The shop takes up to 100 letters, digits and `. _ : @ -`; the same key of ours gives the same one of its. */
function orderKey(wanted: string): string {
  const plain = `canary-${wanted.replace(/[^A-Za-z0-9._:@-]/g, '-')}`;
  if (plain.length <= 100) return plain;
  return `${plain.slice(0, 83)}-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`;
}
