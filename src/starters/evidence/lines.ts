/** What rejoins left, one paragraph a run, as lines for a terminal. */
import { whyKept, whyNever, type Evidence, type EvidenceFacts } from '../../domain/evidence';

/** By the name of the run, oldest first. */
export function byRun(all: readonly Evidence[]): Map<string, Evidence[]> {
  const runs = new Map<string, Evidence[]>();
  for (const each of [...all].sort((one, other) => one.at - other.at))
    runs.set(each.run.name, [...(runs.get(each.run.name) ?? []), each]);
  return runs;
}

export const megabytesOf = (parts: readonly Evidence[]): number =>
  parts.reduce((sum, { megabytes }) => sum + megabytes, 0);

export function evidenceLines(all: readonly Evidence[], facts: EvidenceFacts, site: string): string[] {
  if (all.length === 0) return ['No rejoin left anything on the hosts that answer.'];
  return [...byRun(all)].flatMap(([name, parts]) => {
    const [{ run } = { run: { name, region: '', epoch: 0 } }] = parts;
    const why = whyNever(facts, site) ?? whyKept(run, facts, site);
    const next =
      why === undefined ? `of no more use; remove it with: npx handover evidence ${site} clean ${name}` : why;
    const isCopy = parts.some(({ kind }) => kind === 'copy');
    return [
      `${name}, ${megabytesOf(parts)} MB: ${next}.`,
      ...parts.map(
        ({ kind, on, path, megabytes, at }) =>
          `    ${on}  ${kind.padEnd(11)}  ${String(megabytes).padStart(7)} MB  ${new Date(at).toISOString().slice(0, 16)}Z  ${path}`,
      ),
      ...(isCopy ? [`    A rejoin of ${run.region} in epoch ${run.epoch} goes on with the copy by itself.`] : []),
    ];
  });
}
