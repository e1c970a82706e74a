/** The timeline as SVG: every step of every chapter on one axis; below it acknowledged orders per second, by region. */
import type { JournalEntry } from '../../domain/plan/interpreter';
import type { CustomerSummary, Report } from '../../domain/report/report';
import { formatDuration, formatTime } from './format';

const width = 1_160;
const left = 330;
const rowHeight = 18;
const graphHeight = 90;

const phaseColours: Record<JournalEntry['phase'], string> = {
  prepare: '#8fa3ad',
  fence: '#c8553d',
  promote: '#d9a441',
  traffic: '#2e86ab',
  verify: '#3c896d',
  tidy: '#b7b7a4',
};
const regionColours = ['#2e86ab', '#d9772b', '#6b4c9a'];

interface Axis {
  from: number;
  to: number;
  x: (at: number) => number;
}

export function timelineSvg(report: Report): string {
  const steps = report.chapters.flatMap((chapter) => chapter.steps);
  if (steps.length === 0) return '';
  const axis = axisOf(report, steps);
  const rows = steps.map((step, index) => row(step, index, axis));
  const top = steps.length * rowHeight + 30;
  const graph = report.customers ? customersGraph(report.customers, axis, top) : '';
  const height = top + (report.customers ? graphHeight + 50 : 20);
  const marks = [mark('onset', report.onsetAt, axis, top), mark('healed', report.healedAt, axis, top)].join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="Timeline" font-family="system-ui, sans-serif" font-size="11">${rows.join('')}${marks}${ticks(axis, top)}${graph}</svg>`;
}

function axisOf(report: Report, steps: readonly JournalEntry[]): Axis {
  const starts = [...steps.map((step) => step.startedAt), ...(report.onsetAt > 0 ? [report.onsetAt] : [])];
  const from = Math.min(...starts) - 2_000;
  const to = Math.max(...steps.map((step) => step.endedAt)) + 2_000;
  return { from, to, x: (at) => Math.round((left + ((at - from) / (to - from)) * (width - left - 10)) * 10) / 10 };
}

function row(step: JournalEntry, index: number, axis: Axis): string {
  const y = index * rowHeight + 6;
  const x = axis.x(step.startedAt);
  const bar = Math.max(2, axis.x(step.endedAt) - x);
  const failed = step.outcome === 'failed' || step.outcome === 'undo-failed';
  const colour = failed ? '#9b1d20' : phaseColours[step.phase];
  const tip = `${step.title}: ${step.because} (${formatDuration(step.endedAt - step.startedAt)})`;
  return (
    `<g><title>${escape(tip)}</title><text x="${String(left - 8)}" y="${String(y + 10)}" text-anchor="end" fill="currentColor">${escape(short(step.title))}</text>` +
    `<rect x="${String(x)}" y="${String(y)}" width="${String(bar)}" height="12" rx="2" fill="${colour}"/></g>`
  );
}

function mark(name: string, at: number, axis: Axis, top: number): string {
  if (at < axis.from || at > axis.to) return '';
  const x = String(axis.x(at));
  return `<line x1="${x}" x2="${x}" y1="0" y2="${String(top)}" stroke="#9b1d20" stroke-dasharray="4 3"/><text x="${x}" y="${String(top + 12)}" fill="#9b1d20" text-anchor="middle">${name}</text>`;
}

function ticks(axis: Axis, top: number): string {
  const spanMs = axis.to - axis.from;
  const stepMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000].find((each) => spanMs / each <= 10) ?? 600_000;
  const first = Math.ceil(axis.from / stepMs) * stepMs;
  const at = Array.from({ length: Math.floor((axis.to - first) / stepMs) + 1 }, (_, index) => first + index * stepMs);
  return at
    .map(
      (each) =>
        `<text x="${String(axis.x(each))}" y="${String(top)}" text-anchor="middle" fill="currentColor" opacity=".6">${formatTime(each).slice(0, 8)}</text>`,
    )
    .join('');
}

function customersGraph({ perSecond }: CustomerSummary, axis: Axis, top: number): string {
  const shown = perSecond.filter(({ second }) => Date.parse(second) >= axis.from && Date.parse(second) <= axis.to);
  const regions = [...new Set(shown.flatMap(({ byRegion }) => Object.keys(byRegion)))].sort();
  const most = Math.max(1, ...shown.flatMap(({ byRegion }) => Object.values(byRegion)));
  const base = top + graphHeight + 30;
  const y = (count: number) => Math.round((base - (count / most) * graphHeight) * 10) / 10;
  const lines = regions.map((region, index) => {
    const points = shown
      .map(({ second, byRegion }) => `${String(axis.x(Date.parse(second)))},${String(y(byRegion[region] ?? 0))}`)
      .join(' ');
    const colour = regionColours[index % regionColours.length] ?? '#444';
    const label = `<text x="${String(left - 8)}" y="${String(top + 34 + index * 14)}" text-anchor="end" fill="${colour}">orders per second in ${escape(region)}</text>`;
    return `${label}<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  return `${lines.join('')}<line x1="${String(left)}" x2="${String(width - 10)}" y1="${String(base)}" y2="${String(base)}" stroke="currentColor" opacity=".3"/><text x="${String(left - 8)}" y="${String(base)}" text-anchor="end" fill="currentColor" opacity=".6">0 (maximum ${String(most)})</text>`;
}

const short = (title: string): string => (title.length > 54 ? `${title.slice(0, 53)}…` : title);

export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
