/** Could the shop be moved right now? Every check looks and changes nothing; each answers with a sentence, whatever goes wrong. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import type { Survey } from '../../domain/plan/survey';
import { withPriorityUnlessHeldBack } from '../../providers/rate-limit/scope';
import type { Ports } from '../../ports/ports';
import { asFailure } from '../step/failure';
import { guarded } from '../planning';
import { topicOfServing } from '../planning/guards';
import type { SiteContext } from '../planning/prepare';
import { preflightChecks } from '../planning/preflight';
import { check } from './check';
import { answers, dnsReadiness } from './dns';
import { hostReadiness } from './host';
import { inFlightReadiness } from './in-flight';
import { serverChecks, serverReads, type ServersSeen } from './servers';
import { serviceReadiness } from './service';
import { sessionsReadiness } from './sessions';
import { tableReadiness } from './table';
import { leads, trafficReadiness } from './traffic';
import { answerWithinMs, takeSurvey } from '../planning/survey';

/** @throws ApplicationFailure limited: a check that was held back says nothing about the shop. */
export const readiness = (context: SiteContext, again?: boolean): Promise<CheckResult[]> =>
  withPriorityUnlessHeldBack('look', () => checks(context), again).catch((error: unknown) => {
    throw asFailure(error);
  });

async function checks(context: SiteContext): Promise<CheckResult[]> {
  const { site, ports } = context;
  const survey = await takeSurvey(site, ports, answerWithinMs.planned);
  const tables = Object.keys(site.regions).flatMap((region) => tableReadiness(site, survey, ports, region));
  const parts = [
    await lookAtServers(site, survey, ports),
    await lookAtHosts(site, survey, ports),
    await Promise.all(tables),
    await lookAtSettings(context, survey),
    await lookAtNames(site, survey, ports),
    await lookAtVendors(site, survey, ports),
  ];
  return [...parts.flat(), vantageCheck(site)];
}

/** The databases, and what the shops say of themselves. */
export const lookAtServers = async (site: Site, survey: ServersSeen, ports: Ports): Promise<CheckResult[]> => [
  ...serverChecks(site, survey),
  ...(await serverReads(site, survey, ports)),
];

/** What else runs in a region: ssh, the database's service, sessions, orders in flight. */
export async function lookAtHosts(site: Site, survey: ServersSeen, ports: Ports): Promise<CheckResult[]> {
  const perRegion = Object.keys(site.regions).map(async (region) => [
    await hostReadiness(site, region, ports),
    ...(await inFlightReadiness(ports, region)),
    ...(await Promise.all(sessionsReadiness(site, survey, ports, region))),
  ]);
  const [regions, services] = await Promise.all([Promise.all(perRegion), serviceReadiness(site, survey, ports)]);
  return [...regions.flat(), ...services];
}

/** Where customers are led: what name servers answer, and where the traffic switch points. */
export const lookAtNames = async (site: Site, survey: Survey, ports: Ports): Promise<CheckResult[]> => [
  ...(await answers(site, survey, ports)),
  ...(site.traffic === undefined ? [] : [leads(survey)]),
];

/** What vendors hold, and whether they would let the runbook change it. */
export const lookAtVendors = async (site: Site, survey: Survey, ports: Ports): Promise<CheckResult[]> => [
  ...(await dnsReadiness(site, survey, ports)),
  ...(await trafficReadiness(site, ports)),
];

/** What servers, hosts and shops are set to, and whether a planned move would be refused. */
export async function lookAtSettings(context: SiteContext, survey: Survey): Promise<CheckResult[]> {
  const { checks: settings, risks } = await preflightChecks(context.site, survey, context.ports);
  return [...settings, ...moveChecks(context, { ...survey, orderRisks: risks })];
}

/** The planner's guards on a move that nobody asked for: all that object, not the first alone. */
function moveChecks(context: SiteContext, survey: Survey): CheckResult[] {
  return (['switchover', 'failover'] as const).map((kind) => {
    const asked = { to: '', region: '', because: 'a readiness check', decidedAt: 0, onsetAt: 0, evenUnfenced: false };
    const { move, answers: said } = guarded(context, survey, { site: context.site.site, kind, ...asked });
    // A failover is refused while the primary serves; what is asked here is whether it could be made if it did not.
    const objections = said.filter(({ topic, because }) => because !== undefined && topic !== topicOfServing);
    if (objections.length === 0 && move)
      return check(kind, true, `No guard objects to a ${kind} from ${move.from} to ${move.to}.`);
    return check(kind, false, objections.map(({ because }) => because).join(' '));
  });
}

/** A vantage that shares the home region's fate falls silent with it. */
function vantageCheck(site: Site): CheckResult {
  const near = Object.entries(site.vantages).filter(([, vantage]) => vantage.near === site.home);
  if (near.length > 0)
    return check(
      'vantages',
      false,
      `${near.map(([name]) => name).join(' and ')}: near the home region, so lost with it. Set vantages.NAME.near of a network outside.`,
    );
  return check('vantages', true, `${String(Object.keys(site.vantages).length)} vantages, none in the home region.`);
}
