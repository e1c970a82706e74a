/** What Temporal Web shows of a monitor, in Markdown. */
import type { MonitorConfig, DecideResult } from '../../contract/monitor';
import { commandLines } from './command';
import { frozenSentence, type MonitorState } from './monitor-state';
import { quietedLines } from './quieted';
import { readinessAt } from './sampled';
import { mutesAt } from '../../domain/command/mute';
import { wayOfEnd } from '../../domain/incident/brakes';
import { emptyBook, type Incident } from '../../domain/incident/book';
import { awaitsPerson, bookAt } from '../../domain/incident/incident';
import { nameOf } from '../../domain/detection/reading';

/** A table of who says what, and what follows from it. */
export function monitorDetails(
  site: string,
  config: MonitorConfig,
  state: MonitorState,
  { decision, opinion }: Pick<DecideResult, 'decision' | 'opinion'>,
  now: number,
): string {
  const names = [
    ...new Set(Object.values(config.targets).flatMap((targets) => targets.map(({ target }) => nameOf(target)))),
  ];
  const muted = mutesAt(state.mutes, now).map(({ vantage }) => vantage);
  const vote = (vantage: string, name: string) => state.heard[vantage]?.memories[name]?.vote.state ?? 'silent';
  const cell = (vantage: string, name: string) => (muted.includes(vantage) ? 'muted' : vote(vantage, name));
  const vantages = Object.keys(config.targets);
  return [
    `**${site}: ${opinion.verdict.state}.** ${opinion.verdict.because}`,
    '',
    `**${decision.action}:** ${decision.because}`,
    '',
    `| | ${vantages.join(' | ')} |`,
    `|---|${vantages.map(() => '---|').join('')}`,
    ...names.map((name) => `| ${name} | ${vantages.map((vantage) => cell(vantage, name)).join(' | ')} |`),
    '',
    `Primary ${state.known.primary || 'unknown'}, epoch ${String(state.known.epoch)}. Site file ${config.hash.slice(0, 12)}. As of ${new Date(now).toISOString()}.`,
    ...readinessLines(state, now),
    ...commandLines(state, site, now),
    ...(state.freeze ? ['', frozenSentence(state.freeze, site)] : []),
    ...quietedLines(state, site, now),
    ...incidentLines(bookAt(state.incidents ?? emptyBook, now).open, site),
  ].join('\n');
}

/** What is wrong or could not be read, with what to type; `ready` in one line. */
function readinessLines(state: MonitorState, now: number): string[] {
  if (state.sampledAt === undefined) return [];
  const { state: word, bad, unread } = readinessAt(state, now);
  const seen = Object.values(state.sight?.looks ?? {}).reduce((sum, { things }) => sum + things, 0);
  const at = state.sight ? new Date(state.sight.at).toISOString() : 'never';
  return [
    '',
    `**${word === 'red' ? 'NOT READY' : word === 'unknown' ? 'readiness unknown' : 'ready'}:** ${String(seen)} things looked at, the last at ${at}.`,
    ...bad.map(({ name, because }) => `- ${name}: ${because}`),
    ...unread.map(({ name, because }) => `- ${name}, not read: ${because}`),
  ];
}

const shownAttempts = 5;

/** The open incident and what was tried for it, newest first. */
function incidentLines(incident: Incident | undefined, site: string): string[] {
  if (!incident) return [];
  const { number, openedAt, because, attempts } = incident;
  const shown = attempts.slice(-shownAttempts).reverse();
  return [
    '',
    `Incident ${String(number)}, open since ${new Date(openedAt).toISOString()}: ${because}`,
    ...(attempts.some(awaitsPerson)
      ? [`Once it is put right, type: npx handover acknowledge ${site} --who "ines@shop.example"`]
      : []),
    ...shown.map(
      (attempt) =>
        `- ${new Date(attempt.startedAt).toISOString()} ${attempt.kind} ${attempt.from} → ${attempt.to} ${wayOfEnd(attempt)}. ${attempt.because}`,
    ),
  ];
}
