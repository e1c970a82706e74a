/** The report as Markdown, to paste into a post-mortem. */
import type { Json } from '../../domain/plan/plan';
import type { Chapter, Report } from '../../domain/report/report';
import { formatDuration, formatResult, formatTime } from './format';

export function markdownReport(report: Report): string {
  return [
    `# ${report.title}`,
    '',
    `${new Date(report.startedAt).toISOString()} to ${formatTime(report.endedAt)}${report.aim ? `. **The aim was ${report.aim.met ? 'met' : 'not met'}**: ${report.aim.because}` : ''}`,
    ...(report.onsetAt > 0
      ? [
          '',
          `Onset ${formatTime(report.onsetAt)}${report.healedAt > 0 ? `, healed ${formatTime(report.healedAt)}` : ''}.`,
        ]
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
    each.ending,
    ...recovery(each),
    '',
    '| start | duration | outcome | step | result of its check |',
    '|---|---:|---|---|---|',
    ...each.steps.map(
      (step) =>
        `| ${[formatTime(step.startedAt), formatDuration(step.endedAt - step.startedAt), step.outcome, step.title, step.because].map(cell).join(' | ')} |`,
    ),
    ...each.followUps.map((followUp) => `\nFollow-up: ${followUp}`),
  ];
}

function recovery({ recovery: split }: Chapter): string[] {
  if (!split) return [];
  const parts = split.parts.map((part) => `${part.name} ${formatDuration(part.to - part.from)}`).join(' + ');
  return ['', `Recovery time: **${formatDuration(split.totalMs)}** = ${parts}.`];
}

function loss({ loss: { seconds, because }, salvage }: Report): string[] {
  const figure = seconds === null ? 'unknown' : `${seconds.toFixed(1)} s`;
  const facts = Object.entries(salvage ?? {}).flatMap(([name, value]) => fact(name, value));
  return [
    '',
    '## Data loss',
    '',
    `Recovery point: **${figure}**. ${because}`,
    ...(facts.length > 0 ? ['', ...facts] : []),
  ];
}

/** A list has a line per item, so that every order is named. */
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
    '| check | result | because |',
    '|---|---|---|',
    ...all.map(
      (check) => `| ${[check.name, formatResult(check.ok, check.advisory), check.because].map(cell).join(' | ')} |`,
    ),
  ];
}

function customers({ customers: impact }: Report): string[] {
  if (!impact) return [];
  return [
    '',
    '## Customer impact',
    '',
    `${String(impact.acknowledged)} orders, payments and refunds were acknowledged.`,
    `The longest gap between two of them was ${formatDuration(impact.longestGapMs)}, from ${impact.longestGapAt.slice(11, 23)} UTC.`,
    `${String(impact.failedRequests)} requests failed, and the shoppers repeated them.`,
  ];
}

function referee({ referee: judge }: Report): string[] {
  if (!judge) return [];
  const rows = judge.findings.map(
    (finding) => `| ${[finding.name, formatResult(finding.ok), finding.because].map(cell).join(' | ')} |`,
  );
  return ['', '## Referee', '', judge.because, '', '| finding | result | because |', '|---|---|---|', ...rows];
}

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
