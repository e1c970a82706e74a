/** What the site's own servers must show, whoever asks: the sampler every 15 s, and the checks of a drill. */
import type { Site } from '../../config';
import { otherRegion } from '../../domain/other-region';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf, strayWriters, type RegionSurvey, type Survey } from '../../domain/plan/survey';
import { canServe, withCures } from '../../domain/readiness/can-serve';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { inTime } from '../in-time';
import { answerWithinMs } from '../planning/survey';
import { attempt, check, unknown } from './check';

/** What `surveyServers` reads. */
export type ServersSeen = Omit<Survey, 'dns' | 'traffic'>;

/** Pure: of a survey alone. */
export function serverChecks(site: Site, survey: ServersSeen): CheckResult[] {
  const primary = primaryOf(survey);
  const roles = primary.known
    ? [customersCheck(site, survey, primary.region), standbyCheck(site, survey, primary.region, primary.epoch)]
    : [];
  return [
    primaryCheck(survey),
    ...Object.keys(site.regions).flatMap((region) => regionChecks(survey, region)),
    ...roles,
    ...(primary.known
      ? Object.keys(site.regions).flatMap((region) => schedulerCheck(survey, region, primary.region))
      : []),
  ];
}

function primaryCheck(survey: ServersSeen): CheckResult {
  const [name, primary] = ['one primary', primaryOf(survey)];
  const stray = strayWriters({ ...survey, dns: {} });
  if (stray.length > 0) return check(name, false, `${stray.join(' and ')} accepts writes beside the primary.`);
  const nobody = Object.values(survey.regions).every(({ answers }) => !answers);
  return nobody ? unknown(name, primary.because) : check(name, primary.known, primary.because);
}

function regionChecks(survey: ServersSeen, region: string): CheckResult[] {
  const shop = survey.shops[region];
  const settings = survey.settings[region];
  const [ofShop, ofSettings] = [`shop of ${region}`, `settings of ${region}`];
  return [
    databaseCheck(survey.regions[region] ?? { region, answers: false, because: 'It was not queried.' }),
    shop?.facts === undefined && shop?.healthy !== true
      ? unknown(ofShop, shop?.because ?? 'It was not queried.')
      : check(ofShop, shop.healthy, shop.because),
    settings === undefined
      ? unknown(ofSettings, `They could not be read: ${survey.settingsUnread?.[region] ?? 'nobody asked.'}`)
      : check(ofSettings, true, `Its settings say ${settings.role} of epoch ${settings.epoch}.`),
  ];
}

function databaseCheck(database: RegionSurvey): CheckResult {
  const name = `database of ${database.region}`;
  if (!database.answers) return unknown(name, database.because);
  if (database.replicaOf === undefined)
    return check(
      name,
      true,
      `It answers, is ${database.readOnly ? 'read-only' : 'writable'} and replicates from no server.`,
    );
  const lag =
    database.lagSeconds === null || database.lagSeconds === undefined ? 'unknown' : `${database.lagSeconds} s`;
  return check(
    name,
    database.replicating === true,
    `It ${database.replicating ? 'replicates' : 'does not replicate'} from ${database.replicaOf}; its lag is ${lag}.`,
  );
}

/** What a customer of the primary meets, whatever its health answer says. */
function customersCheck({ site }: Site, { shops }: ServersSeen, region: string): CheckResult {
  const name = `customers of ${region}`;
  const served = canServe(region, shops[region]?.facts);
  switch (served.answer) {
    case 'yes':
      return check(name, true, `The shop of ${region} serves them.`);
    case 'no':
      return { ...check(name, false, withCures(served.obstacles, site)), vital: true };
    case 'unknown':
      return unknown(name, served.because);
  }
}

/** Could the other region take over: a replica of this epoch that serves nobody by itself. */
function standbyCheck(
  site: Site,
  { regions, shops, settings }: ServersSeen,
  primary: string,
  epoch: number,
): CheckResult {
  const region = otherRegion(site.regions, primary) ?? '';
  const name = `standby ${region}`;
  const rejoin = `bring it back with: npx handover rejoin ${site.site}`;
  const [database, shop] = [regions[region], shops[region]?.facts];
  if (!database?.answers) return unknown(name, `The database of ${region} does not answer.`);
  if (database.replicaOf === undefined)
    return check(
      name,
      false,
      `The database of ${region} is no replica of ${primary}, so it can't take over: ${rejoin}`,
    );
  if (database.epoch !== epoch)
    return check(name, false, `The database of ${region} holds epoch ${database.epoch}, not ${epoch}: ${rejoin}`);
  if (database.replicating !== true)
    return check(
      name,
      false,
      `The database of ${region} has stopped replicating from ${primary}; restart it with: npx handover transfer ${site.site} --kind restore`,
    );
  if (shop?.serving === true || settings[region]?.role === 'primary')
    return check(
      name,
      false,
      `The shop of ${region} has the role of the primary; correct role and epoch in the file that regions.${region}.settings.file names, and reload the shop.`,
    );
  return check(name, true, `${region} replicates from ${primary} and serves nobody by itself.`);
}

/** Scheduled actions run in the primary alone. */
function schedulerCheck({ shops }: ServersSeen, region: string, primary: string): CheckResult[] {
  const { scheduler = '' } = shops[region]?.facts ?? {};
  if (scheduler === '') return [];
  const name = `scheduler of ${region}`;
  const cure =
    scheduler === 'paused'
      ? `delete on its host the file that regions.${region}.settings.schedulerPaused names`
      : `correct the scheduler in the file that regions.${region}.settings.file names, and reload the shop`;
  const wrong = region === primary ? scheduler !== 'on' : scheduler === 'on';
  const word = `The scheduler of ${region}, the ${region === primary ? 'primary' : 'standby'}, is ${scheduler}`;
  return [check(name, !wrong, wrong ? `${word}: ${cure}.` : `${word}.`)];
}

/** A heartbeat is written each second by the primary's event; this much silence is more than a slow commit or a restart. */
const writesStallAfterMs = 60_000;

/** What a survey does not hold. */
export async function serverReads(site: Site, survey: ServersSeen, ports: Ports): Promise<CheckResult[]> {
  const primary = primaryOf(survey);
  if (!primary.known || survey.regions[primary.region]?.answers !== true) return [];
  const standby = otherRegion(site.regions, primary.region) ?? '';
  return Promise.all([
    writesCheck(ports, primary.region),
    ...(survey.regions[standby]?.answers === true ? [historiesCheck(site, ports, primary.region, standby)] : []),
  ]);
}

function writesCheck(ports: Ports, region: string): Promise<CheckResult> {
  return attempt(`writes of ${region}`, async () => {
    const beat = await inTime(ports.database(region).heartbeat(region), answerWithinMs.outage);
    if (beat === undefined) throw new PortError('unavailable', `${region} has never written a heartbeat.`);
    const ageMs = ports.now() - beat.atMs;
    if (ageMs <= writesStallAfterMs)
      return `${region} wrote its heartbeat within the last ${writesStallAfterMs / 1_000} s.`;
    throw new Error(
      `${region} has written no heartbeat for ${writesStallAfterMs / 1_000} s: its writes stall (a full disk, a lock) or nothing writes it any more; see SHOW PROCESSLIST there, and the shop's scheduler.`,
    );
  });
}

/** What only the standby has would be lost by its next attach, or make it impossible. */
function historiesCheck({ site }: Site, ports: Ports, primary: string, standby: string): Promise<CheckResult> {
  return attempt(`history of ${standby}`, async () => {
    const own = await inTime(ports.database(standby).known(), answerWithinMs.outage);
    // Read after that of the standby, which may be ahead of what was read of the primary at the same time.
    const given = await inTime(ports.database(primary).known(), answerWithinMs.outage);
    const stray = ports.positions.minus(own, given);
    if (stray === '') return `The standby ${standby} has no transaction that ${primary} lacks.`;
    throw new Error(
      `The standby ${standby} has transactions that ${primary} lacks (${stray}): somebody wrote there. Bring it back with: npx handover rejoin ${site}`,
    );
  });
}
