/** Looks at both regions at once and writes down what answered. A region that does not answer is recorded as silent, never thrown. */
import { movingRecords, type Site } from '../../config';
import { factsOf } from '../../domain/detection/reading';
import { setName, type Survey, type TrafficSurvey } from '../../domain/plan/survey';
import type { ShopSettings } from '../../domain/shop-settings';
import { sentenceOf } from '../../ports/errors';
import type { Ports, Settings } from '../../ports/ports';
import { surveyed } from '../../ports/region-survey';
import { inTime } from '../in-time';

/** How long a survey waits for an answer, in milliseconds; what has not answered by then is unknown to it. */
export const answerWithinMs = {
  /** An outage must not wait longer for the dead. */
  outage: 2_000,
  /** A busy region is not a lost one, and nobody is hurt while a planned move, a rejoin or a check waits. */
  planned: 10_000,
};

export async function takeSurvey(site: Site, ports: Ports, withinMs = answerWithinMs.outage): Promise<Survey> {
  const [servers, dns, traffic] = await Promise.all([
    surveyServers(site, ports, withinMs),
    surveyDns(site, ports, withinMs),
    surveyTraffic(site, ports, withinMs),
  ]);
  return { ...servers, at: ports.now(), dns, ...(traffic && { traffic }) };
}

/** The site's own servers; no vendor is asked. */
export async function surveyServers(
  site: Site,
  ports: Ports,
  withinMs: number,
): Promise<Omit<Survey, 'dns' | 'traffic'>> {
  const [regions, settings, shops] = await Promise.all([
    surveyDatabases(site, ports, withinMs),
    perRegion(site, (region) => surveySettings(ports.settings(region), withinMs)),
    perRegion(site, (region) => surveyShop(region, ports, withinMs)),
  ]);
  return { at: ports.now(), regions, ...settingsIn(settings), shops };
}

/** What alone tells who is primary; no vendor is asked. */
export const surveyDatabases = (
  site: Site,
  ports: Ports,
  withinMs = answerWithinMs.outage,
): Promise<Survey['regions']> =>
  perRegion(site, (region) => surveyed(region, inTime(ports.database(region).state(), withinMs)));

async function perRegion<T>({ regions }: Site, ask: (region: string) => Promise<T>): Promise<Record<string, T>> {
  const names = Object.keys(regions);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
}

/** The settings, or the sentence that says why they could not be read. */
async function surveySettings(settings: Settings, withinMs: number): Promise<ShopSettings | string> {
  return inTime(settings.read(), withinMs).catch(sentenceOf);
}

function settingsIn(looks: Record<string, ShopSettings | string>): Pick<Survey, 'settings' | 'settingsUnread'> {
  const read: Survey['settings'] = {};
  const unread: Record<string, string> = {};
  for (const [region, look] of Object.entries(looks)) {
    read[region] = typeof look === 'string' ? undefined : look;
    if (typeof look === 'string') unread[region] = look;
  }
  return { settings: read, ...(Object.keys(unread).length > 0 && { settingsUnread: unread }) };
}

async function surveyShop(region: string, ports: Ports, withinMs: number): Promise<Survey['shops'][string]> {
  try {
    const health = await inTime(ports.shop(region).health(), withinMs);
    if (health.region !== region)
      return { healthy: false, because: `${health.region} answers at the address of ${region}.` };
    const { epoch, gate, scheduler, because } = health;
    const facts = { ...factsOf(health), epoch, gate, scheduler, because };
    return { healthy: health.database.reachable, because, facts };
  } catch (error) {
    return { healthy: false, because: sentenceOf(error) };
  }
}

async function surveyDns(site: Site, ports: Ports, withinMs: number): Promise<Survey['dns']> {
  const read = async ({ name, type }: Site['dns']['records'][number]) => {
    const set = await inTime(ports.dns.read(name, type), withinMs).catch(() => undefined);
    return [setName({ name, type }), set && { values: set.values, ttlSeconds: set.ttlSeconds }] as const;
  };
  return Object.fromEntries(await Promise.all(movingRecords(site.dns.records).map(read)));
}

/** Where the traffic switch leads; undefined where the site has none. */
export async function surveyTraffic(
  site: Site,
  { traffic }: Ports,
  withinMs: number,
): Promise<TrafficSurvey | undefined> {
  if (site.traffic === undefined || traffic === undefined) return undefined;
  try {
    const { leadsTo, state, because, pending, rememberedSeconds } = await inTime(traffic.read(), withinMs);
    return {
      answers: true,
      state,
      because,
      ...(leadsTo !== undefined && { leadsTo }),
      ...(pending !== undefined && { pending }),
      ...(rememberedSeconds !== undefined && { rememberedSeconds }),
    };
  } catch (error) {
    return { answers: false, because: sentenceOf(error) };
  }
}
