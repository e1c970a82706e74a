/** Fakes of the vendors that the live suite supports, with the file that points the suite at them. */
import { planSchema, type LivePlan } from '../live/plan';
import { startFake as startCloudflare, token as cloudflareToken } from './cloudflare-world';
import { startFake as startDigitalOcean, token as digitaloceanToken } from './digitalocean-world';
import { keyFile, startFake as startGoogle } from './google-world';
import { keyId, secretKey, startFake as startRoute53 } from './route53-world';
import { evaluate } from '../setup/script';
import type { DnsFake } from '../../lab/vendors/kit/dns';

export interface LiveFake {
  fake: DnsFake;
  /** The secret behind the reference in the file. */
  secret: string;
  kind: LivePlan['kind'];
  /** A file for HANDOVER_LIVE_ZONE_FILE, whose secret is `env:LIVE_SECRET`. */
  file: string;
}

const liveFake = (kind: LivePlan['kind'], fake: DnsFake, secret: string, options: object): LiveFake => {
  const provider = { kind, zone: fake.origin, url: fake.url, ...options };
  return { fake, secret, kind, file: JSON.stringify({ dns: { provider, authoritative: fake.nameServers } }) };
};
const held = 'env:LIVE_SECRET';

export const liveFakes: Readonly<Record<LivePlan['kind'], () => Promise<LiveFake>>> = {
  cloudflare: async () => liveFake('cloudflare', await startCloudflare(), cloudflareToken, { token: held }),
  digitalocean: async () => liveFake('digitalocean', await startDigitalOcean(), digitaloceanToken, { token: held }),
  google: async () => {
    const fake = await startGoogle();
    return liveFake('google', fake, keyFile(), { key: held, tokenUrl: fake.tokenUrl });
  },
  route53: async () => liveFake('route53', await startRoute53(), `${keyId}:${secretKey}`, { key: held }),
};

/** The plan that `npm run test:live` prints for it. */
export function planFor({ kind, file }: Pick<LiveFake, 'kind' | 'file'>): LivePlan {
  const expression = 'it.planOf(input.kind, input.file, "handover-live-0a1b2c3d")';
  return planSchema.parse(evaluate('live/plan.mjs', expression, { kind, file }));
}
