/** Steps that are asked from the vantages: what a customer would see, from outside both regions. */
import type { Site } from '../../config';
import type { VantageStep } from '../../contract/steps';
import type { Facts, StepCall } from '../../domain/plan/plan';
import { type Move, siteRegion } from './move';

const patience = { attemptMs: 5_000, attempts: 4, everyMs: 1_000 };
/** Behind a traffic switch customers come only when its vendor's own health check has seen the region serve; not every vendor shows that. */
const behindSwitch = { attemptMs: 60_000, attempts: 4, everyMs: 1_000 };

function vantageQuorum(site: Site): { names: string[]; quorum: number } {
  const names = Object.keys(site.vantages);
  return { names, quorum: Math.min(site.policy.minEligible, names.length) };
}

/** The region answers at its own address, proves who it is, and could take an order in this epoch. */
export function verifyRegion(move: Move, region: string): StepCall & { step: VantageStep } {
  const { site, epoch } = move;
  return {
    id: `verify-region/${region}`,
    step: 'verify-region',
    title: `Verify ${region} from the vantages, at its own address`,
    phase: 'verify',
    params: { ...target(move, region), epoch },
    patience,
    onFailure: 'stop',
    vantages: vantageQuorum(site),
  };
}

/** The shop's public name leads to the region, and customers are served there. */
export function verifyShop(move: Move): StepCall & { step: VantageStep } {
  const { site, epoch, to: region } = move;
  return {
    id: 'verify-shop',
    step: 'verify-shop',
    title: `Verify that ${site.shop.name} is served by ${region}`,
    phase: 'verify',
    params: { ...target(move, region), epoch, nameServers: [...site.dns.authoritative] },
    patience: site.traffic === undefined ? patience : behindSwitch,
    onFailure: 'stop',
    vantages: vantageQuorum(site),
  };
}

/** Everything a vantage needs to look at a region; it holds no file and no key of the site. The CA is public. */
function target({ site, caPem }: Move, region: string): Facts {
  const { address } = siteRegion(site, region);
  return {
    region,
    address,
    hostname: site.shop.name,
    path: site.shop.healthPath,
    caPem,
    timeoutMs: site.policy.probeTimeoutMs,
  };
}
