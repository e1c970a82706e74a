/** What Temporal Web shows of a monitor, in Markdown. */
import type { Briefing, Consideration } from '../../contract/monitor';
import type { Vigil } from './monitor-state';
import { nameOf } from '../../domain/detection/reading';

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
