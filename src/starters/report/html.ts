/** The report as one self-contained HTML file: no script, no font, no network. */
import type { Json } from '../../domain/plan/plan';
import type { Chapter, Report } from '../../domain/report/report';
import { escape, timelineSvg } from './timeline';
import { formatDuration, formatResult, formatTime } from './format';

const style = `
:root { color-scheme: light dark; --ok: #3c896d; --fail: #9b1d20; --line: #8883; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { margin-top: 2.2rem; font-size: 1.2rem; }
.last { font-size: 1.15rem; font-weight: 600; padding: .8rem 1rem; border-left: 6px solid var(--ok); background: #8881; }
.last.fail { border-color: var(--fail); } .muted { opacity: .7; }
.figures { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; } .figure { border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; }
.figure b { display: block; font-size: 1.5rem; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } td.n { text-align: right; white-space: nowrap; }
.ok { color: var(--ok); } .fail { color: var(--fail); font-weight: 600; } svg { width: 100%; height: auto; } details { margin: .5rem 0; }
`;

export function htmlReport(report: Report): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(report.title)}</title><style>${style}</style>
<h1>${escape(report.title)}</h1><p class="muted">${new Date(report.startedAt).toISOString()} to ${formatTime(report.endedAt)}</p>
<p class="last${failed(report) ? ' fail' : ''}">${escape(report.lastLine)}</p>
${report.aim ? `<p><span class="${report.aim.met ? 'ok' : 'fail'}">The aim was ${report.aim.met ? 'met' : 'not met'}.</span> ${escape(report.aim.because)}</p>` : ''}
${figures(report)}<h2>Timeline</h2>${timelineSvg(report)}
${report.chapters.map(chapter).join('')}${salvage(report)}${checks(report)}${referee(report)}</html>
`;
}

const failed = (report: Report): boolean =>
  report.aim?.met === false || (report.referee !== undefined && report.referee.verdict !== 'agrees');

function figures(report: Report): string {
  const figure = (value: string, label: string) => `<div class="figure"><b>${escape(value)}</b>${escape(label)}</div>`;
  const times = report.chapters.flatMap(({ title, recovery }) =>
    recovery ? [figure(formatDuration(recovery.totalMs), title)] : [],
  );
  const point = report.loss.seconds === null ? 'unknown' : `${report.loss.seconds.toFixed(1)} s`;
  const customers = report.customers
    ? [
        figure(formatDuration(report.customers.longestGapMs), 'longest gap between acknowledged orders'),
        figure(String(report.customers.acknowledged), 'acknowledged orders, payments and refunds'),
      ]
    : [];
  return `<div class="figures">${times.join('')}${figure(point, 'recovery point: ' + report.loss.because)}${customers.join('')}</div>`;
}

function chapter(each: Chapter): string {
  const split = each.recovery?.parts.map((part) => `${part.name} ${formatDuration(part.to - part.from)}`).join(' + ');
  const rows = each.steps.map((step) => {
    const isFailure = step.outcome === 'failed' || step.outcome === 'undo-failed';
    return `<tr><td class="n">${formatTime(step.startedAt)}</td><td class="n">${formatDuration(step.endedAt - step.startedAt)}</td><td class="${isFailure ? 'fail' : 'ok'}">${step.outcome}</td><td>${escape(step.title)}</td><td>${escape(step.because)}</td></tr>`;
  });
  return `<h2>${escape(each.title)}</h2><p><b>Why:</b> ${escape(each.because)}<br>${escape(each.ending)}${split ? `<br><b>Recovery time:</b> ${formatDuration(each.recovery?.totalMs ?? 0)} = ${split}` : ''}</p>
<table><tr><th>start<th>duration<th>outcome<th>step<th>result of its check</tr>${rows.join('')}</table>${each.followUps.map((followUp) => `<p class="fail">Follow-up: ${escape(followUp)}</p>`).join('')}`;
}

function salvage({ salvage: facts }: Report): string {
  if (!facts) return '';
  return `<h2>Data that only the lost region had</h2>${Object.entries(facts)
    .map(([name, value]) => fact(name, value))
    .join('')}`;
}

function fact(name: string, value: Json): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '';
    return `<details><summary>${escape(name)}: ${String(value.length)}</summary><ul>${value.map((each) => `<li>${escape(plain(each))}`).join('')}</ul></details>`;
  }
  return `<p>${escape(name)}: ${escape(plain(value))}</p>`;
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function checks({ checks: all }: Report): string {
  if (all.length === 0) return '';
  return `<h2>Checks</h2><table>${all.map((check) => `<tr><td>${escape(check.name)}<td class="${check.ok ? 'ok' : check.advisory ? '' : 'fail'}">${formatResult(check.ok, check.advisory)}<td>${escape(check.because)}</tr>`).join('')}</table>`;
}

function referee({ referee: judge }: Report): string {
  if (!judge) return '';
  const rows = judge.findings.map(
    (finding) =>
      `<tr><td>${escape(finding.name)}<td class="${finding.ok === true ? 'ok' : finding.ok === false ? 'fail' : ''}">${formatResult(finding.ok)}<td>${escape(finding.because)}${finding.examples.length > 0 ? `<details><summary>examples</summary><ul>${finding.examples.map((example) => `<li>${escape(example)}`).join('')}</ul></details>` : ''}</tr>`,
  );
  return `<h2>Referee</h2><p>${escape(judge.because)}</p><table>${rows.join('')}</table>`;
}
