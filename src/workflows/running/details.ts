/** What Temporal Web shows of a running plan: a checklist in Markdown, renewed whenever the journal changes. */
import type { Plan } from '../../domain/plan/plan';
import type { JournalEntry, Outcome } from '../../domain/plan/interpreter';

const marks: Record<Outcome, string> = {
  done: '✅',
  'already-done': '☑️',
  failed: '❌',
  skipped: '⏭️',
  undone: '↩️',
  'undo-failed': '❌',
};

/** Markdown, below the 20,000 bytes that the server takes. */
export function planDetails(
  plan: Plan,
  journal: readonly JournalEntry[],
  running: readonly string[],
  questions: readonly string[],
): string {
  const heard = new Set(journal.map((entry) => entry.id));
  const waiting = plan.stages.flat().filter((call) => !heard.has(call.id) && !running.includes(call.id));
  const lines = [
    `**${plan.site}: ${plan.cause} ${plan.from} → ${plan.to}, epoch ${String(plan.epoch)}.** ${plan.because}`,
    ...questions.flatMap((question) => ['', `> **${question}**`]),
    '',
    ...journal.map((entry) => `- ${marks[entry.outcome]} ${entry.title}: ${entry.because}`),
    ...plan.stages
      .flat()
      .filter((call) => running.includes(call.id))
      .map((call) => `- ⏳ ${call.title}`),
    ...waiting.map((call) => `- ▫️ ${call.title}${call.pivot ? ' (point of no return)' : ''}`),
  ];
  return lines.join('\n').slice(0, 19_000);
}
