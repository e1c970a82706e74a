/** The Markdown in which a workflow tells how it stands (Temporal Web shows the same text), read and rendered for a terminal. */
import type { WorkflowHandle } from '@temporalio/client';
import { agoOf } from './words';

interface Metadata {
  currentDetails?: string;
}

/** Where no worker runs, nobody answers a query. */
const answerWithinMs = 5_000;

/** Empty while the run has told nothing, and where no worker answers. */
export async function readDetails(handle: WorkflowHandle): Promise<string> {
  const asked = handle.client
    .withDeadline(Date.now() + answerWithinMs, () => handle.query<Metadata>('__temporal_workflow_metadata'))
    .catch(() => undefined);
  return (await asked)?.currentDetails ?? '';
}

export interface PlanDetails {
  /** `switchover A → B, epoch 2, 26 steps. kernel update in A` */
  heading: string;
  /** What is asked of the person on call, a failed step each, with the commands that answer. */
  questions: readonly string[];
}

/** Of a running plan; undefined for any other text. */
export function planIn(details: string): PlanDetails | undefined {
  const lines = details.split('\n');
  const title = /^\*\*[^:]+: (.+, epoch \d+)\.\*\* ?(.*)$/.exec(lines[0] ?? '');
  if (!title) return undefined;
  const steps = lines.filter((line) => line.startsWith('- ')).length;
  const questions = lines.flatMap((line) => /^> \*\*(.+)\*\*$/.exec(line)?.[1] ?? []);
  return { heading: `${title[1] ?? ''}, ${String(steps)} steps. ${title[2] ?? ''}`.trimEnd(), questions };
}

/** The signs of the checklist, in words that need no explanation. */
const signs: [string, string][] = [
  ['✅', 'done'],
  ['☑️', 'was done'],
  ['❌', 'FAILED'],
  ['⏭️', 'skipped'],
  ['↩️', 'undone'],
  ['⏳', 'running'],
  ['▫️', 'to come'],
];
const signWidth = 7;

/**
 * For a terminal: tables in columns, signs as words, no stars or pipes, the age of what is told beside its time, no sentence twice.
 * @param bold for a terminal that shows it
 */
export function renderDetails(details: string, now: number, bold: boolean): string {
  const lines = withoutRepeats(details.split('\n'));
  const rendered = lines.flatMap((line, index): string[] => {
    if (!line.startsWith('|')) return [renderLine(line, now, bold)];
    const first = !(lines[index - 1] ?? '').startsWith('|');
    return first ? table(lines.slice(index)) : [];
  });
  return rendered.join('\n');
}

function renderLine(line: string, now: number, bold: boolean): string {
  const [sign, word] = signs.find(([each]) => line.startsWith(`- ${each} `)) ?? [];
  const plain =
    sign === undefined ? line.replace(/^> /, '') : (word ?? '').padEnd(signWidth) + line.slice(sign.length + 2);
  return plain
    .replace(/\*\*(.+?)\*\*/g, (_, text: string) => (bold ? `\u001b[1m${text}\u001b[22m` : text))
    .replace(/As of (\d{4}-[\d-]+T[\d:.]+Z)/, (_, at: string) => `As of ${at}, ${agoOf(now - Date.parse(at))} ago`);
}

/** The leading rows of `lines` that are a table, in columns. */
function table(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const rows = lines
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => !/^\|[-:|]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `**shop: healthy.** All is well.` and `**hold:** All is well.` say the sentence once. */
function withoutRepeats([verdict = '', ...rest]: readonly string[]): string[] {
  const once = rest.map((line) => {
    const [, word, sentence] = /^\*\*([^*]+):\*\* (.+)$/.exec(line) ?? [];
    return word !== undefined && sentence !== undefined && verdict.endsWith(sentence) ? `**${word}**` : line;
  });
  return [verdict, ...once];
}
