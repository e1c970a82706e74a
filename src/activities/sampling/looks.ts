/** The looks of the sampler: what each asks, how often, and how long it may take. They are the checks of a drill, none of which changes anything. */
import type { CheckResult } from '../../domain/plan/result';
import type { Survey } from '../../domain/plan/survey';
import type { SiteContext } from '../planning/prepare';
import { surveyServers, surveyTraffic, takeSurvey, answerWithinMs } from '../planning/survey';
import { lookAtHosts, lookAtNames, lookAtServers, lookAtSettings, lookAtVendors } from '../readiness';
import type { ServersSeen } from '../readiness/servers';

export interface Look {
  name: string;
  everyMs: number;
  /** Whatever its reads wait for by themselves. */
  withinMs: number;
  /** @param seen the servers as this round sees them, which all its looks share */
  ask: (context: SiteContext, seen: () => Promise<ServersSeen>) => Promise<CheckResult[]>;
}

/** Own servers cost a query each. */
export const ownEveryMs = 15_000;
/** What opens a connection of its own, and what a vendor answers from one request. */
const cheapEveryMs = 60_000;
/** What reads a whole schema, or takes several requests to a vendor whose limits many sites share. */
const dearEveryMs = 300_000;

/** So long a read of a quick look waits; a longer one than a survey's in an outage, since nobody waits for it. */
const readWithinMs = 5_000;

export const seenBy = ({ site, ports }: SiteContext): Promise<ServersSeen> => surveyServers(site, ports, readWithinMs);
const whole = ({ site, ports }: SiteContext): Promise<Survey> => takeSurvey(site, ports, answerWithinMs.planned);

async function askNames({ site, ports }: SiteContext, seen: () => Promise<ServersSeen>): Promise<CheckResult[]> {
  const [servers, traffic] = await Promise.all([seen(), surveyTraffic(site, ports, readWithinMs)]);
  return lookAtNames(site, { ...servers, dns: {}, ...(traffic && { traffic }) }, ports);
}

export const looks: readonly Look[] = [
  {
    name: 'servers',
    everyMs: ownEveryMs,
    withinMs: 12_000,
    ask: async ({ site, ports }, seen) => lookAtServers(site, await seen(), ports),
  },
  {
    name: 'hosts',
    everyMs: cheapEveryMs,
    withinMs: 45_000,
    ask: async ({ site, ports }, seen) => lookAtHosts(site, await seen(), ports),
  },
  {
    name: 'names',
    everyMs: cheapEveryMs,
    withinMs: 45_000,
    ask: askNames,
  },
  {
    name: 'vendors',
    everyMs: dearEveryMs,
    withinMs: 120_000,
    ask: async (context) => lookAtVendors(context.site, await whole(context), context.ports),
  },
  {
    name: 'settings',
    everyMs: dearEveryMs,
    withinMs: 120_000,
    ask: async (context) => lookAtSettings(context, await whole(context)),
  },
];
