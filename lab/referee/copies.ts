import type { AckLine, AttemptLine } from '../shoppers/ledger-lines';
import { REGIONS, type Evidence, type Region } from './evidence';
import { finding, counted, unknown, type Finding } from './finding';
import { GRACE_MS } from './evidence-index';

/** Both databases hold the same rows. */
export function databasesEqual(evidence: Evidence): Finding {
  const name = 'databases-equal';
  const reading = evidence.databases;
  if ('because' in reading) return unknown(name, reading.because);
  const tables = new Set(reading.read.map((difference) => difference.table));
  return finding({
    name,
    counts: { differences: reading.read.length, tables: tables.size },
    problems: reading.read.map((difference) => `${difference.table} ${difference.row}: ${difference.kind}`),
    okText: 'Both databases hold the same rows.',
    failText: `${counted(reading.read.length, 'row')} in ${counted(tables.size, 'table')} differ between A and B`,
  });
}

/** Both replicas of the DynamoDB table hold the same items; every overwrite by the last writer is listed. */
export function tablesEqual(evidence: Evidence): Finding {
  const name = 'tables-equal';
  const reading = evidence.tables;
  const unread = REGIONS.flatMap((region) => {
    const overwrites = evidence.overwrites[region];
    return 'because' in overwrites ? [`the overwrites in ${region} can't be read: ${overwrites.because}`] : [];
  });
  const overwrites = REGIONS.flatMap((region) => {
    const listed = evidence.overwrites[region];
    return 'read' in listed ? listed.read : [];
  });
  const notes = overwrites.map((overwrite) => `overwritten, listed in ${overwrite.seenBy}: ${overwrite.text}`);
  const problems = 'read' in reading ? reading.read.differences : [];
  const counts = {
    items: 'read' in reading ? reading.read.items : 0,
    differences: problems.length,
    overwrites: overwrites.length,
  };
  if ('because' in reading) return unknown(name, reading.because, counts, notes);
  if (problems.length === 0 && unread[0] !== undefined)
    return unknown(name, `Both tables are equal, but ${unread[0]}`, counts, notes);
  return finding({
    name,
    counts,
    problems,
    notes,
    okText: `Both tables hold the same ${counted(counts.items, 'item')}; ${counted(overwrites.length, 'overwrite')} by the last writer.`,
    failText: `${counted(problems.length, 'item')} of the table differ between A and B`,
  });
}

/** Every acknowledged upload is in both regions with the content that the shopper sent. */
export function uploads(evidence: Evidence, judged: Region): Finding {
  const { acks, attempts } = evidence.ledgers;
  const expected = acknowledgedUploads(acks, attempts);
  const problems: string[] = [];
  const waiting: string[] = [];
  for (const region of REGIONS) {
    const reading = evidence.uploads[region];
    if ('because' in reading) {
      waiting.push(`the uploads of ${region} can't be read: ${reading.because}`);
      continue;
    }
    for (const { name, sha256, at } of expected) {
      const here = reading.read.get(name);
      if (here === sha256) continue;
      const text = `${name}, acknowledged at ${at}, ${here === undefined ? 'is missing' : 'has different content'} in ${region}`;
      const copying = region !== judged && here === undefined && !evidence.settled;
      if (!copying) problems.push(text);
      else if (Date.parse(at) < evidence.now - GRACE_MS) waiting.push(text);
    }
  }
  const counts = { acknowledged: expected.length, wrong: problems.length, notYetCopied: waiting.length };
  if (problems.length === 0 && waiting[0] !== undefined) {
    return unknown('uploads', `Some uploads could not be confirmed in both regions: ${waiting[0]}.`, counts, waiting);
  }
  return finding({
    name: 'uploads',
    counts,
    problems,
    okText: `All ${expected.length} acknowledged uploads are in both regions.`,
    failText: `${counted(problems.length, 'acknowledged upload')} missing or altered`,
  });
}

function acknowledgedUploads(
  acks: readonly AckLine[],
  attempts: readonly AttemptLine[],
): { name: string; sha256: string; at: string }[] {
  const sent = new Map(
    attempts.filter((line) => line.op === 'upload').map((line) => [line.key, line.request as { sha256: string }]),
  );
  return acks
    .filter((ack) => ack.op === 'upload')
    .map((ack) => ({ name: ack.key, sha256: sent.get(ack.key)?.sha256 ?? '', at: ack.at }));
}

/** Acknowledged logins and carts that still exist. Sessions may be lost without a loss of orders, so they are only counted. */
export function sessions(evidence: Evidence): Finding {
  const name = 'carts-and-logins';
  const { acks } = evidence.ledgers;
  const logins = new Set(acks.filter((ack) => ack.op === 'login').map(tokenOf));
  const carts = new Set(acks.filter((ack) => ack.op === 'cart').map(tokenOf));
  const read = acks.filter((ack) => ack.kept !== undefined);
  const lost = read.filter((ack) => ack.kept === false);
  const counts = { logins: logins.size, carts: carts.size, cartsReadAgain: read.length, cartsFoundShort: lost.length };
  const reading = evidence.sessions;
  if ('because' in reading) return unknown(name, reading.because, counts);
  const missing = [...logins].filter((token) => !reading.read.sessions.has(token)).length;
  const cartsMissing = [...carts].filter((token) => !reading.read.carts.has(token)).length;
  return finding({
    name,
    counts: { ...counts, loginsMissing: missing, cartsMissing },
    problems: [],
    notes: lost.map((ack) => `the cart of ${ack.shopper} was incomplete at ${ack.at}`),
    okText: `${logins.size - missing} of ${logins.size} logins and ${carts.size - cartsMissing} of ${carts.size} carts are still there.`,
    failText: '',
  });
}

/** The session token of a login or cart acknowledgement. */
export function tokenOf(ack: AckLine): string {
  return String((ack.answer as { token?: unknown }).token);
}
