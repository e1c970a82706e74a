import { databasesEqual, sessions, tablesEqual, uploads } from './copies';
import { orderDetails } from './details';
import { scheduler, talliesOf, twoWriters, type RegionTally } from './epochs';
import type { Evidence } from './evidence';
import { unknown, type Finding } from './finding';
import { indexEvidence } from './evidence-index';
import { charges, mails, refunds } from './money';
import { databaseObjects, nextIds } from './objects';
import { acknowledgedOrders, acknowledgedUpdates, unattemptedRows } from './orders';
import { stock } from './stock';
import { wholeOrders } from './whole';
import { overwrites, tableEvents } from './table-events';

export interface Judgement {
  readonly verdict: 'agrees' | 'finds loss' | 'cannot tell';
  /** The verdict as one sentence. */
  readonly sentence: string;
  /** The region whose database was judged. */
  readonly primary: string | null;
  readonly at: string;
  readonly tallies: readonly RegionTally[];
  readonly findings: readonly Finding[];
}

const PRIMARY_FINDINGS = [
  'acknowledged-orders',
  'acknowledged-updates',
  'unattempted-rows',
  'order-details',
  'whole-orders',
  'next-ids',
  'charges',
  'mails',
  'refunds',
  'stock',
  'uploads',
  'scheduler',
  'table-events',
];

/** Counted only: sessions may be lost without a loss of orders. */
const INFORMATIONAL: ReadonlySet<string> = new Set(['carts-and-logins']);

/** Compares the ledgers with what was read. Pure: the same evidence gives the same verdict. */
export function judge(evidence: Evidence): Judgement {
  const hasTable = evidence.shop === 'full';
  const findings = [
    ...primaryFindings(evidence),
    sessions(evidence),
    databasesEqual(evidence),
    databaseObjects(evidence),
    ...(hasTable ? [tablesEqual(evidence), overwrites(evidence)] : []),
    twoWriters(evidence),
  ];
  const counted = findings.filter((finding) => !INFORMATIONAL.has(finding.name));
  const wrong = counted.filter((finding) => finding.ok === false);
  const undecided = counted.filter((finding) => finding.ok === null);
  const verdict = wrong.length > 0 ? 'finds loss' : undecided.length > 0 ? 'cannot tell' : 'agrees';
  return {
    verdict,
    sentence: sentenceOf(wrong, undecided, counted),
    primary: 'read' in evidence.judged ? evidence.judged.read.region : null,
    at: new Date(evidence.now).toISOString(),
    tallies: talliesOf(evidence.ledgers.acks),
    findings,
  };
}

function primaryFindings(evidence: Evidence): Finding[] {
  const { judged, ledgers } = evidence;
  if ('because' in judged)
    return PRIMARY_FINDINGS.filter((name) => evidence.shop === 'full' || name !== 'table-events').map((name) =>
      unknown(name, judged.because),
    );
  const view = judged.read;
  const index = indexEvidence(evidence, view);
  return [
    acknowledgedOrders(index, ledgers.acks),
    acknowledgedUpdates(index, ledgers.acks),
    unattemptedRows(index),
    orderDetails(index),
    wholeOrders(index),
    nextIds(index),
    charges(evidence, index),
    mails(evidence, index),
    refunds(evidence, index),
    stock(index),
    uploads(evidence, view.region),
    scheduler(view, talliesOf(ledgers.acks), ledgers.faults),
    ...(evidence.shop === 'full' ? [tableEvents(evidence, index)] : []),
  ];
}

function sentenceOf(wrong: readonly Finding[], undecided: readonly Finding[], counted: readonly Finding[]): string {
  const worst = wrong[0] ?? undecided[0];
  if (worst === undefined)
    return `The referee agrees: ${counted[0]?.because ?? ''} All ${counted.length} checks passed.`;
  const names = (wrong.length > 0 ? wrong : undecided).map((finding) => finding.name).join(', ');
  return `The referee ${wrong.length > 0 ? 'finds loss' : 'cannot tell'} (${names}): ${worst.because}`;
}
