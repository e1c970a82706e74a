/** `npx handover evidence SITE list|clean RUN`: what rejoins left on the hosts. */
import { createInterface } from 'node:readline';
import { whyKept, whyNever, type Evidence, type EvidenceFacts } from '../../domain/evidence';
import type { Command, Connect } from '../command';
import { Misuse, Refusal } from '../refusal';
import { findRun } from '../runs';
import { withPorts } from '../site';
import { factsNow, found } from './gather';
import { byRun, evidenceLines, megabytesOf } from './lines';

const usage = 'list|clean RUN';

/** What was typed behind SITE; without a run it lists. @throws Misuse */
export function runAskedFor(site: string, [verb, run, ...rest]: readonly string[]): string | undefined {
  const example = `Usage: npx handover evidence ${site} ${usage} [--force]`;
  if (verb !== 'list' && verb !== 'clean') throw new Misuse(`evidence needs to be told what to do. ${example}`);
  if (rest.length > 0 || (verb === 'list' && run !== undefined))
    throw new Misuse(`Unexpected argument "${rest[0] ?? run ?? ''}". ${example}`);
  if (verb === 'clean' && run === undefined)
    throw new Misuse(`clean needs the name of a run, which this shows: npx handover evidence ${site} list`);
  return run;
}

/** The parts of `run`. @throws Refusal unless they may be removed */
export function removable(
  all: readonly Evidence[],
  facts: EvidenceFacts,
  { site, run, isForced }: { site: string; run: string; isForced: boolean },
): Evidence[] {
  const parts = byRun(all).get(run) ?? [];
  const [first] = parts;
  if (!first)
    throw new Refusal(
      `No host that answers has anything of ${run}; this shows what there is: npx handover evidence ${site} list`,
      { outcome: 'not found' },
    );
  const never = whyNever(facts, site);
  if (never !== undefined) throw new Refusal(`${run} stays: ${never}.`);
  const why = isForced ? undefined : whyKept(first.run, facts, site);
  if (why !== undefined) throw new Refusal(`${run} stays: ${why}. To remove it all the same, add --force.`);
  return parts;
}

async function running(connect: Connect, site: string) {
  const { client } = await connect();
  const runs = await Promise.all((['rejoin', 'transfer'] as const).map((type) => findRun(client, type, site)));
  const [isRunning = false, isMoving = false] = runs.map((run) => run !== undefined && run.ended === undefined);
  return { isRunning, isMoving };
}

/** Asks again once the name was typed: a run may have begun meanwhile. @throws Refusal with nothing removed */
export async function clean(
  all: readonly Evidence[],
  asked: { site: string; run: string; isForced: boolean },
  by: {
    facts: () => Promise<EvidenceFacts>;
    ask: (question: string) => Promise<string>;
    remove: (part: Evidence) => Promise<void>;
  },
): Promise<void> {
  const parts = removable(all, await by.facts(), asked);
  for (const { on, path } of parts) console.log(`${on}  ${path}`);
  const typed = await by.ask(`To remove these ${megabytesOf(parts)} MB for good, type ${asked.run}: `);
  if (typed !== asked.run) throw new Refusal('Nothing was removed: that is another name.');
  for (const part of removable(all, await by.facts(), asked)) await by.remove(part);
}

/** What a person types on the next line. */
function answerTo(question: string): Promise<string> {
  const line = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    line.once('close', () => resolve(''));
    line.question(question, (answer) => {
      resolve(answer.trim());
      line.close();
    });
  });
}

export const evidence: Command = {
  name: 'evidence',
  summary: 'List what rejoins left on the hosts (old data, copied logs, copies), and remove what is of no more use.',
  words: usage,
  options: {
    force: {
      type: 'boolean',
      description: 'clean: also what a rejoin that is not finished, or a person, may still need',
    },
  },
  run: async ({ site, words, flag }, connect) => {
    const run = runAskedFor(site, words);
    return withPorts(site, 'evidence asks the hosts and databases itself', async (ports) => {
      const facts = async () => {
        const { isRunning, isMoving } = await running(connect, site);
        return { ...(await factsNow(ports, isRunning)), isMoving };
      };
      const { all, silent } = await found(ports);
      if (run === undefined) {
        for (const line of [...evidenceLines(all, await facts(), site), ...silent]) console.log(line);
        return silent.length === 0 ? 'done' : 'partly';
      }
      const remove = (part: Evidence) => ports.evidence(part.on).remove(part);
      await clean(all, { site, run, isForced: flag('force') }, { facts, ask: answerTo, remove });
      console.log(`${run} was removed.`);
      return 'done';
    });
  },
};
