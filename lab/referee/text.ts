import type { RegionTally } from './epochs';
import type { Judgement } from './judge';

const SHOWN = 5;

/** The judgement as text: one line per finding, its examples below it, the verdict last. */
export function judgementText(judgement: Judgement): string {
  const width = Math.max(...judgement.findings.map((finding) => finding.name.length));
  const findings = judgement.findings.flatMap((finding) => {
    const word = finding.ok === null ? 'unknown' : finding.ok ? 'ok' : 'FAIL';
    const examples = finding.ok === true ? [] : finding.examples.slice(0, SHOWN);
    const left = finding.ok === true ? 0 : finding.examples.length - examples.length;
    const more = left > 0 ? [`and ${left} more; --json lists them`] : [];
    return [
      `${word.padEnd(7)}  ${finding.name.padEnd(width)}  ${finding.because}`,
      ...[...examples, ...more].map((line) => `         - ${line}`),
    ];
  });
  return [...findings, '', ...talliesText(judgement.tallies), '', judgement.sentence].join('\n');
}

/** One line for each region and epoch. */
export function talliesText(tallies: readonly RegionTally[]): string[] {
  return tallies.map(
    (tally) =>
      `epoch ${tally.epoch}  ${tally.region}  acknowledged ${tally.orders} orders, ${tally.pays} payments, ${tally.refunds} refunds` +
      `  from ${tally.firstAt} to ${tally.lastAt}`,
  );
}
