/** What Temporal Web shows of a running plan: a checklist in Markdown, renewed whenever the journal changes. */
import type { Briefing } from '../activities/briefing';
import type { Consideration } from '../activities/consider';
import type { Plan } from '../domain/plan';
import { nameOf } from '../domain/reading';
import type { JournalEntry, Outcome } from '../domain/runbook';
import type { Vigil } from './vigil';

const marks: Record<Outcome, string> = {
  done: '✅',
  'already-done': '☑️',
  failed: '❌',
  skipped: '⏭️',
  undone: '↩️',
  'undo-failed': '❌',
};

/** Markdown, below the 20,000 bytes that the server takes. */
export function planDetails(
  plan: Plan,
  journal: readonly JournalEntry[],
  running: readonly string[],
  note: string,
): string {
  const heard = new Set(journal.map((entry) => entry.id));
  const waiting = plan.stages.flat().filter((call) => !heard.has(call.id) && !running.includes(call.id));
  const lines = [
    `**${plan.site}: ${plan.cause} ${plan.from} → ${plan.to}, epoch ${String(plan.epoch)}.** ${plan.because}`,
    ...(note === '' ? [] : ['', `> **${note}**`]),
    '',
    ...journal.map((entry) => `- ${marks[entry.outcome]} ${entry.title}: ${entry.because}`),
    ...plan.stages
      .flat()
      .filter((call) => running.includes(call.id))
      .map((call) => `- ⏳ ${call.title}`),
    ...waiting.map((call) => `- ▫️ ${call.title}${call.pivot ? ' (point of no return)' : ''}`),
  ];
  return lines.join('\n').slice(0, 19_000);
}

/** A table of who says what, and what follows from it. */
export function monitorDetails(
  site: string,
  brief: Briefing,
  vigil: Vigil,
  { decision, opinion }: Pick<Consideration, 'decision' | 'opinion'>,
  now: number,
): string {
  const names = [
    ...new Set(Object.values(brief.targets).flatMap((targets) => targets.map(({ target }) => nameOf(target)))),
  ];
  const cell = (vantage: string, name: string) => vigil.heard[vantage]?.memories[name]?.vote.state ?? 'silent';
  const vantages = Object.keys(brief.targets);
  return [
    `**${site}: ${opinion.verdict.state}.** ${opinion.verdict.because}`,
    '',
    `**${decision.action}:** ${decision.because}`,
    '',
    `| | ${vantages.join(' | ')} |`,
    `|---|${vantages.map(() => '---|').join('')}`,
    ...names.map((name) => `| ${name} | ${vantages.map((vantage) => cell(vantage, name)).join(' | ')} |`),
    '',
    `Primary ${vigil.known.primary || 'unknown'}, epoch ${String(vigil.known.epoch)}. Site file ${brief.hash.slice(0, 12)}. As of ${new Date(now).toISOString()}.`,
    ...(vigil.freeze ? [`Frozen by ${vigil.freeze.by}: ${vigil.freeze.because}`] : []),
  ].join('\n');
}
