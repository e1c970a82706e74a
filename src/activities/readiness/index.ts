/** Could the shop be moved right now? Every check looks and changes nothing; each answers with a sentence, whatever goes wrong. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf, strayWriters, type RegionSurvey, type Survey } from '../../domain/plan/survey';
import { withPriorityUnlessHeldBack } from '../../providers/rate-limit/scope';
import type { Ports } from '../../ports/ports';
import { asFailure } from '../step/failure';
import { planTransfer } from '../planning';
import type { SiteContext } from '../planning/prepare';
import { preflightChecks } from '../planning/preflight';
import { check } from './check';
import { dnsReadiness } from './dns';
import { hostReadiness } from './host';
import { inFlightReadiness } from './in-flight';
import { serviceReadiness } from './service';
import { sessionsReadiness } from './sessions';
import { tableReadiness } from './table';
import { trafficReadiness } from './traffic';
import { answerWithinMs, takeSurvey } from '../planning/survey';

/** @throws ApplicationFailure limited: a check that was held back says nothing about the shop. */
export const readiness = (context: SiteContext, again?: boolean): Promise<CheckResult[]> =>
  withPriorityUnlessHeldBack('look', () => checks(context), again).catch((error: unknown) => {
    throw asFailure(error);
  });

async function checks(context: SiteContext): Promise<CheckResult[]> {
  const { site, ports } = context;
  const seen = await takeSurvey(site, ports, answerWithinMs.planned);
  const { checks: settings, risks } = await preflightChecks(site, seen, ports);
  const survey: Survey = { ...seen, orderRisks: risks };
  const perRegion = await Promise.all(
    Object.keys(site.regions).map((region) => regionChecks(site, survey, ports, region)),
  );
  return [
    primaryCheck(survey),
    ...perRegion.flat(),
    ...(await serviceReadiness(site, survey, ports)),
    ...settings,
    ...(await dnsReadiness(site, survey, ports)),
    ...(await trafficReadiness(site, survey, ports)),
    transferCheck(context, survey),
    vantageCheck(site),
  ];
}

function primaryCheck(survey: Survey): CheckResult {
  const primary = primaryOf(survey);
  const stray = strayWriters(survey);
  if (stray.length > 0) return check('one primary', false, `${stray.join(' and ')} accepts writes beside the primary.`);
  return check('one primary', primary.known, primary.because);
}

async function regionChecks(site: Site, survey: Survey, ports: Ports, region: string): Promise<CheckResult[]> {
  const database = survey.regions[region] ?? { region, answers: false, because: 'It was not queried.' };
  const shop = survey.shops[region];
  const settings = survey.settings[region];
  const [host, inFlight, parts] = await Promise.all([
    hostReadiness(site, region, ports),
    inFlightReadiness(ports, region),
    Promise.all([...tableReadiness(site, survey, ports, region), ...sessionsReadiness(site, survey, ports, region)]),
  ]);
  return [
    databaseCheck(database),
    check(`shop of ${region}`, shop?.healthy ?? false, shop?.because ?? 'It was not queried.'),
    check(
      `settings of ${region}`,
      settings !== undefined,
      settings
        ? `Its settings say ${settings.role} of epoch ${String(settings.epoch)}.`
        : `They could not be read: ${survey.settingsUnread?.[region] ?? 'nobody asked.'}`,
    ),
    host,
    ...inFlight,
    ...parts,
  ];
}

function databaseCheck(database: RegionSurvey): CheckResult {
  const name = `database of ${database.region}`;
  if (!database.answers) return check(name, false, database.because);
  if (database.replicaOf === undefined)
    return check(
      name,
      true,
      `It answers, is ${database.readOnly ? 'read-only' : 'writable'} and replicates from no server.`,
    );
  const lag =
    database.lagSeconds === null || database.lagSeconds === undefined ? 'unknown' : `${String(database.lagSeconds)} s`;
  return check(
    name,
    database.replicating === true,
    `It ${database.replicating ? 'replicates' : 'does not replicate'} from ${database.replicaOf}; its lag is ${lag}.`,
  );
}

function transferCheck(context: SiteContext, survey: Survey): CheckResult {
  const asked = { to: '', region: '', because: 'a readiness check', decidedAt: 0, onsetAt: 0, evenUnfenced: false };
  const planning = planTransfer(context, survey, { site: context.site.site, kind: 'switchover', ...asked });
  if (planning.outcome === 'refused') return check('switchover', false, planning.because);
  const { from, to, stages } = planning.plan;
  return check(
    'switchover',
    true,
    `A switchover from ${from} to ${to} is possible now, in ${String(stages.flat().length)} steps.`,
  );
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
