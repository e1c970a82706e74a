/** The report as Markdown: to paste into a post-mortem. */
import type { Json } from '../../domain/plan/plan';
import type { Chapter, Report } from '../../domain/report/report';
import { clock, mark, took } from './words';

export function markdownReport(report: Report): string {
  return [
    `# ${report.title}`,
    '',
    `${new Date(report.startedAt).toISOString()} to ${clock(report.endedAt)}${report.aim ? `. **The aim was ${report.aim.met ? 'met' : 'not met'}**: ${report.aim.because}` : ''}`,
    ...(report.onsetAt > 0
      ? ['', `Onset ${clock(report.onsetAt)}${report.healedAt > 0 ? `, healed ${clock(report.healedAt)}` : ''}.`]
      : []),
    ...report.chapters.flatMap(chapter),
    ...loss(report),
    ...checks(report),
    ...customers(report),
    ...referee(report),
    '',
    `**${report.lastLine}**`,
    '',
  ].join('\n');
}

function chapter(each: Chapter): string[] {
  return [
    '',
    `## ${each.title}`,
    '',
    `Why: ${each.because}`,
    '',
    `Ending: ${each.ending}`,
    ...recovery(each),
    '',
    '| start | took | outcome | step | the check that proved it |',
    '|---|---:|---|---|---|',
    ...each.steps.map(
      (step) =>
        `| ${[clock(step.startedAt), took(step.endedAt - step.startedAt), step.outcome, step.title, step.because].map(cell).join(' | ')} |`,
    ),
    ...each.followUps.map((followUp) => `\nStill to do: ${followUp}`),
  ];
}

function recovery({ recovery: split }: Chapter): string[] {
  if (!split) return [];
  const parts = split.parts.map((part) => `${part.name} ${took(part.to - part.from)}`).join(' + ');
  return ['', `Recovery time: **${took(split.totalMs)}** = ${parts}.`];
}

function loss({ loss: { seconds, because }, salvage }: Report): string[] {
  const figure = seconds === null ? 'unknown' : `${seconds.toFixed(1)} s`;
  const facts = Object.entries(salvage ?? {}).flatMap(([name, value]) => fact(name, value));
  return [
    '',
    '## What was at stake',
    '',
    `Recovery point: **${figure}**. ${because}`,
    ...(facts.length > 0 ? ['', ...facts] : []),
  ];
}

/** Numbers and sentences as they are; lists one line each, so that every salvaged order is named by its key. */
function fact(name: string, value: Json): string[] {
  if (Array.isArray(value))
    return value.length === 0
      ? []
      : [`- ${name} (${String(value.length)}):`, ...value.map((each) => `  - ${plain(each)}`)];
  return [`- ${name}: ${plain(value)}`];
}

function plain(value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return Object.entries(value)
    .map(([name, each]) => `${name} ${plain(each)}`)
    .join(', ');
}

function checks({ checks: all }: Report): string[] {
  if (all.length === 0) return [];
  return [
    '',
    '## Checks',
    '',
    '| check | | |',
    '|---|---|---|',
    ...all.map((check) => `| ${[check.name, mark(check.ok), check.because].map(cell).join(' | ')} |`),
  ];
}

function customers({ customers: felt }: Report): string[] {
  if (!felt) return [];
  const gap = `the longest time without any was ${took(felt.longestGapMs)} (from ${felt.longestGapAt.slice(11, 23)})`;
  return [
    '',
    '## What customers felt',
    '',
    `${String(felt.acknowledged)} orders, payments and refunds were acknowledged; ${gap}; ${String(felt.failedRequests)} requests failed and were tried again.`,
  ];
}

function referee({ referee: judge }: Report): string[] {
  if (!judge) return [];
  const rows = judge.findings.map(
    (finding) => `| ${[finding.name, mark(finding.ok), finding.because].map(cell).join(' | ')} |`,
  );
  return [
    '',
    '## The referee',
    '',
    `It ${judge.verdict}: ${judge.because}`,
    '',
    '| finding | | |',
    '|---|---|---|',
    ...rows,
  ];
}

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
