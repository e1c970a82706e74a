import { transferKinds } from '../domain/plan/request';
import type { TransferResult } from '../domain/plan/result';
import { transferId } from '../contract/ids';
import type { Arguments, Command, Connect, Option } from './command';
import { endingOfResult } from './endings';
import type { Outcome } from './exit-codes';
import { follow, itself } from './follow';
import { definedFields, start } from './start';

/** Starts `transfer/SITE` and follows it. Done when it completed, or when the person detached. */
export async function startTransfer(given: Arguments, connect: Connect, kind: string): Promise<Outcome> {
  const { site } = given;
  const because = given.text('because') ?? 'requested on the command line';
  const [to, region] = ['to', 'region'].map(given.text);
  const handle = await start(connect, {
    type: 'transfer',
    workflowId: transferId(site),
    input: {
      site,
      kind,
      because,
      ...definedFields({ to, region, evenUnfenced: given.flag('even-unfenced'), peerIsOff: given.flag('peer-is-off') }),
    },
    summary: `${kind} of ${site}: ${because}`,
  });
  return printEnding(await follow<TransferResult>(handle, site, itself(handle)));
}

/** Prints how it ended, its follow-ups, where the shop is and what to type next. Returns how it ended. */
export function printEnding(result: TransferResult | undefined): Outcome {
  if (!result) return 'done';
  for (const line of endingLines(result)) console.log(line);
  return result.ending === 'completed' ? 'done' : 'unfinished';
}

export function endingLines(result: TransferResult): string[] {
  const { word, because, next } = endingOfResult('transfer', result.site, result);
  return [
    ...result.followUps.map((followUp) => `  follow-up: ${followUp}`),
    // The sentence of a completed run says so itself.
    `${word === 'completed' ? '' : `${word}: `}${because} Next: ${next.join(' or ')}`,
  ];
}

export const becauseOption: Option = {
  type: 'string',
  value: 'SENTENCE',
  description: 'why, in one sentence, for history, report and alert',
};

export const transfer: Command = {
  name: 'transfer',
  summary: 'Move the shop to the other region, or repair a region without moving it.',
  options: {
    kind: {
      type: 'string',
      value: transferKinds.join('|'),
      description:
        'switchover: planned; failover: the primary is lost; failback: planned, to the home region; pointer: use the other table; restore: make the primary writable; fence: make a second writer read-only (default switchover)',
      default: 'switchover',
    },
    to: { type: 'string', value: 'REGION', description: 'region to move to (default: the other one)' },
    because: becauseOption,
    'even-unfenced': {
      type: 'boolean',
      description: "continue a failover although the old primary can't be fenced; switch it off first",
    },
    'peer-is-off': {
      type: 'boolean',
      description: 'with --kind restore: the other region is off and was not promoted; it is asked once more',
    },
    region: { type: 'string', value: 'REGION', description: 'region to fence, with --kind fence' },
  },
  run: async (given, connect) => startTransfer(given, connect, given.text('kind') ?? 'switchover'),
};
