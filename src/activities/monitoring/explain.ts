/** Answers why: everything is looked at now, every guard is asked, and nothing is changed. */
import type { Client } from '@temporalio/client';
import type { DecideInput } from '../../contract/monitor';
import { muteSentence } from '../../domain/command/mute';
import { decide } from '../../domain/decision/decide';
import { explanation } from '../../domain/decision/explanation';
import { guardAnswers } from '../../domain/decision/guards';
import type { Action } from '../../domain/decision/course';
import type { Decision, Situation } from '../../domain/decision/situation';
import type { Survey } from '../../domain/plan/survey';
import { withPriority } from '../../providers/rate-limit/scope';
import { inTime } from '../in-time';
import { guarded } from '../planning';
import type { SiteContext } from '../planning/prepare';
import { takeSurvey } from '../planning/survey';
import { believedRoles, situationOf } from './consider';
import { askStandby, underWay } from './decide';

/** A person waits for the answer, and what has not answered by then is told as not known. */
const readWithinMs = 4_000;

export async function explain(context: SiteContext, input: DecideInput, client: Client): Promise<string> {
  const { site, ports } = context;
  const { primary, standby } = believedRoles(site, input);
  const silent = { replica: undefined, heartbeatAgeMs: null };
  const [looked, runs, survey] = await Promise.all([
    inTime(askStandby(ports, standby, primary), readWithinMs).catch(() => silent),
    underWay(client, site.site),
    withPriority('look', () => takeSurvey(site, ports, readWithinMs)),
  ]);
  const { situation } = situationOf(site, input, { ...looked, underWay: runs });
  const decision = decide(situation);
  const action = actionIn(decision, situation);
  return explanation({
    ...{ situation, decision, action },
    guards: guardAnswers(situation, action),
    planner: guarded(context, survey, requestOf(action, site.site, survey.at)).answers,
    ...(input.readiness && { readiness: input.readiness }),
    notKnown: [
      ...(input.mutes ?? []).map((each) => `What the vantage ${each.vantage} sees. ${muteSentence(each)}`),
      ...silentVantages(input),
      ...unread(survey),
      ...(input.readiness?.unread ?? []).map(({ because }) => because),
    ],
  });
}

/** What is proposed, or the failover that a loss of the primary would need. */
const actionIn = (decision: Decision, { primary, standby = '' }: Situation): Action =>
  ('proposed' in decision ? decision.proposed : undefined) ?? { kind: 'failover', from: primary, to: standby };

const requestOf = ({ kind, from, to }: Action, site: string, decidedAt: number) => ({
  site,
  kind,
  to: kind === 'fence' || kind === 'restore' ? '' : to,
  region: kind === 'fence' ? from : '',
  because: 'It is asked why.',
  decidedAt,
  onsetAt: 0,
  evenUnfenced: false,
});

function silentVantages({ ballots, mutes = [] }: DecideInput): string[] {
  const names = [...new Set(ballots.map(({ vantage }) => vantage))];
  return names
    .filter((name) => !mutes.some(({ vantage }) => vantage === name))
    .filter((name) => ballots.every(({ vantage, vote }) => vantage !== name || vote.state === 'silent'))
    .map((name) => `What the vantage ${name} sees: it has no opinion on anything.`);
}

function unread({ regions, shops, settingsUnread = {}, dns, traffic }: Survey): string[] {
  return [
    ...Object.values(regions).flatMap((each) =>
      each.answers ? [] : [`The database of ${each.region}: ${each.because}`],
    ),
    ...Object.entries(shops).flatMap(([region, { facts, because }]) =>
      facts ? [] : [`The shop of ${region}: ${because}`],
    ),
    ...Object.entries(settingsUnread).map(([region, because]) => `The settings of ${region}: ${because}`),
    ...Object.entries(dns).flatMap(([name, set]) => (set ? [] : [`What the provider holds for ${name}.`])),
    ...(traffic?.answers === false ? [`The traffic switch: ${traffic.because}`] : []),
  ];
}
