/** What a transfer relies on without setting it: read from both regions, and judged by the rules in `domain/preflight`. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf, type Survey } from '../../domain/plan/survey';
import { judged } from '../../domain/preflight';
import type { Part, Preflight, RegionFacts, ShopFacts, Told } from '../../domain/preflight/facts';
import { sentenceOf } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { inTime } from '../in-time';
import { answerWithinMs } from './survey';

/** A check waits for a large schema and a slow disk. */
const checkWithinMs = 20_000;
/** What the rules that guard orders look at. Of a shop that is lost nobody waits to hear how it is set up. */
const guarding: readonly Part[] = ['settings', 'schema', 'rights'];
const guardingPlanned: readonly Part[] = [...guarding, 'shop'];

/** A line for each rule, which compares both regions in one place; and the breaches that would lose or corrupt orders. */
export async function preflightChecks(
  site: Site,
  survey: Survey,
  ports: Ports,
): Promise<{ checks: CheckResult[]; risks: NonNullable<Survey['orderRisks']> }> {
  const regions = await lookInto(site, ports, [...guardingPlanned, 'host'], checkWithinMs);
  const primary = primaryOf(survey);
  const found = judgedIn(site, ports, regions, primary.known ? primary.region : undefined);
  const checks = found.map(({ rule: { name }, state, because, fails }) => ({
    name,
    ok: state === 'ok',
    because,
    ...(state !== 'ok' && !fails && { advisory: true as const }),
  }));
  return { checks, risks: risksIn(found) };
}

/** Of the rules whose breach would lose or corrupt orders: what is wrong, and what is unknown and must not be. Never throws. */
export async function orderRisks(
  site: Site,
  ports: Ports,
  isPlanned: boolean,
): Promise<NonNullable<Survey['orderRisks']>> {
  const [parts, withinMs] = isPlanned
    ? ([guardingPlanned, answerWithinMs.planned] as const)
    : ([guarding, answerWithinMs.outage] as const);
  return risksIn(judgedIn(site, ports, await lookInto(site, ports, parts, withinMs), undefined));
}

function judgedIn(site: Site, ports: Ports, regions: Preflight['regions'], primary: string | undefined) {
  const uninspected = Object.keys(regions).some((region) => ports.inspection(region) === undefined);
  const { idTables, counters, tables } = site.shop;
  const given = { regions, primary, idTables, counters, now: ports.now(), ...(tables && { shopTables: tables }) };
  return judged({ ...given, ...(uninspected && { uninspected }) });
}

function risksIn(found: ReturnType<typeof judged>): NonNullable<Survey['orderRisks']> {
  const saying = (wanted: string) =>
    found.flatMap(({ state, because, fails, rule: { name, guardsOrders } }) =>
      guardsOrders && fails && state === wanted ? [`${name}: ${because}`] : [],
    );
  return { wrong: saying('wrong'), unknown: saying('unknown') };
}

const notAsked: Told<never> = { unread: 'It was not asked.' };

async function lookInto(
  site: Site,
  ports: Ports,
  parts: readonly Part[],
  withinMs: number,
): Promise<Preflight['regions']> {
  const regions = Object.keys(site.regions).map(async (region): Promise<[string, RegionFacts]> => {
    const inspection = ports.inspection(region);
    const tell = <T>(part: Part, ask: (() => Promise<T>) | undefined): Promise<Told<T>> =>
      ask && parts.includes(part) ? toldWithin(withinMs, ask) : Promise.resolve(notAsked);
    const [settings, schema, rights, host, shop] = await Promise.all([
      tell('settings', inspection?.settings),
      tell('schema', inspection?.schema),
      tell('rights', inspection?.rights),
      tell('host', inspection?.host),
      tell('shop', () => shopFacts(region, ports)),
    ]);
    return [region, { settings, schema, rights, host, shop }];
  });
  return Object.fromEntries(await Promise.all(regions));
}

async function shopFacts(region: string, ports: Ports): Promise<ShopFacts> {
  const shop = ports.shop(region);
  const [certificateEndsAt, health] = await Promise.all([shop.certificateEndsAt(), shop.health()]);
  return { certificateEndsAt, ...(health.versions && { versions: health.versions }) };
}

/** Why it was not told is an answer too. */
const toldWithin = <T>(withinMs: number, ask: () => Promise<T>): Promise<Told<T>> =>
  inTime(ask(), withinMs).then(
    (answer) => ({ told: answer }),
    (error: unknown) => ({ unread: sentenceOf(error) }),
  );
