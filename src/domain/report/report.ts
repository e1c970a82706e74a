/** A report: what was seen, decided and done, in the words of those who did it, and whether an order was lost. Pure; renderers only dress it. */
import type { Facts } from '../plan/plan';
import { lossOf } from './loss';
import { recoveryOf, type Recovery } from './recovery';
import type { CheckResult, DrillResult, TransferResult } from '../plan/result';
import type { JournalEntry } from '../plan/interpreter';

/** What an independent judge found; the runbook never reads it, a report only lays it beside the runbook's own account. */
export interface RefereeSummary {
  verdict: string;
  because: string;
  findings: {
    name: string;
    ok: boolean | null;
    because: string;
    examples: readonly string[];
    counts?: Readonly<Record<string, number>>;
  }[];
}

/** How customers were affected, from the shoppers' own ledgers. */
export interface CustomerSummary {
  acknowledged: number;
  failedRequests: number;
  longestGapMs: number;
  longestGapAt: string;
  /** By the second: ISO time, and acknowledged orders by region. */
  perSecond: { second: string; byRegion: Record<string, number> }[];
}

export interface Chapter {
  title: string;
  because: string;
  ending: string;
  from: string;
  to: string;
  startedAt: number;
  endedAt: number;
  recovery?: Recovery;
  steps: JournalEntry[];
  followUps: string[];
}

export interface Report {
  title: string;
  site: string;
  startedAt: number;
  endedAt: number;
  onsetAt: number;
  healedAt: number;
  aim?: { met: boolean; because: string };
  checks: CheckResult[];
  chapters: Chapter[];
  /** Loss between the last write known to be replicated and the end of the old primary. */
  loss: { seconds: number | null; because: string };
  /** Facts of classification and salvage, as the steps wrote them; absent before a rejoin. */
  salvage?: Facts;
  referee?: RefereeSummary;
  customers?: CustomerSummary;
  /** One line: none was lost, these were, or nobody can say yet. */
  lastLine: string;
}

export interface Attachments {
  referee?: RefereeSummary;
  customers?: CustomerSummary;
}

export function reportOfDrill(drill: DrillResult, attachments: Attachments = {}): Report {
  const results = [
    ...drill.transfers.slice(0, 1),
    ...(drill.rejoin ? [drill.rejoin] : []),
    ...drill.transfers.slice(1),
  ];
  const { site, startedAt, endedAt, onsetAt, healedAt, checks, aim } = drill;
  const title = `Drill of ${site}: ${drill.kind}${drill.fault === '' ? '' : ` by ${drill.fault}`}`;
  return { ...compose(results, attachments), title, site, startedAt, endedAt, onsetAt, healedAt, checks, aim };
}

export function reportOfTransfer(result: TransferResult, attachments: Attachments = {}): Report {
  const { site, startedAt, endedAt, onsetAt } = result;
  const title = `${chapterTitle(result)} of ${site}`;
  return { ...compose([result], attachments), title, site, startedAt, endedAt, onsetAt, healedAt: 0, checks: [] };
}

type Composed = Pick<Report, 'chapters' | 'loss' | 'lastLine' | 'salvage' | 'referee' | 'customers'>;

function compose(results: readonly TransferResult[], attachments: Attachments): Composed {
  const salvage = salvageOf(results);
  const { seconds, because, line, open } = lossOf(results);
  return {
    chapters: results.map(chapterOf),
    loss: { seconds, because },
    lastLine: lastLineOf(line, open, attachments.referee),
    ...(salvage ? { salvage } : {}),
    ...attachments,
  };
}

function chapterOf(result: TransferResult): Chapter {
  const recovery = recoveryOf(result);
  return {
    title: chapterTitle(result),
    because: result.asked,
    ending: endingOf(result),
    from: result.from,
    to: result.to,
    startedAt: result.startedAt,
    endedAt: result.endedAt,
    steps: result.journal,
    followUps: result.followUps,
    ...(recovery ? { recovery } : {}),
  };
}

/** The sentence of a completed run names its ending itself; those of the others say why. */
export const endingOf = ({ ending, because }: Pick<TransferResult, 'ending' | 'because'>): string =>
  ending === 'completed' ? because : `${ending}: ${because}`;

function chapterTitle({ kind, cause, from, to, epoch }: TransferResult): string {
  if (kind === 'rejoin') return `Rejoin ${from} as the standby`;
  if (cause === 'repair') return `Repair (${kind}) in epoch ${String(epoch)}`;
  return `${cause.charAt(0).toUpperCase()}${cause.slice(1)} from ${from} to ${to}, epoch ${String(epoch)}`;
}

function salvageOf(results: readonly TransferResult[]): Facts | undefined {
  const rejoin = results.find((result) => result.kind === 'rejoin');
  if (!rejoin) return undefined;
  const facts = Object.entries(rejoin.facts).filter(([id]) => id.startsWith('classify') || id.startsWith('salvage'));
  return Object.assign({}, ...facts.map(([, each]) => each)) as Facts;
}

/** The referee sees what a run can't, and a run knows what it left undecided: the worse answer counts. */
function lastLineOf(line: string, open: boolean, referee: RefereeSummary | undefined): string {
  if (!referee) return line;
  const lost = referee.findings
    .filter((finding) => finding.ok === false)
    .flatMap((finding) => finding.examples.slice(0, 5));
  if (referee.verdict === 'finds loss') return `Orders were lost or altered: ${lost.join('; ')}`;
  if (open) return `${line} ${referee.because}`;
  return referee.verdict === 'agrees'
    ? `No acknowledged order was lost. ${referee.because}`
    : `Whether an order was lost is unknown: ${referee.because}`;
}
