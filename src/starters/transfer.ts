import { transferKinds } from '../domain/plan/request';
import type { TransferResult } from '../domain/plan/result';
import { transferId } from '../contract/ids';
import type { Reach } from './client';
import { follow } from './follow';
import { inputFrom as fields, start } from './start';
import type { Command, Given } from './verb';

/** Starts `transfer/SITE` and stays with it. Exit code 0 when it completed, or when the person let go of it. */
export async function startTransfer(given: Given, reach: Reach, kind: string): Promise<number> {
  const { site } = given;
  const because = given.text('because') ?? 'asked for at the command line';
  const input = {
    site,
    kind,
    because,
    ...fields({ to: given.text('to'), region: given.text('region'), evenUnfenced: given.flag('even-unfenced') }),
  };
  const handle = await start(reach, {
    type: 'transfer',
    workflowId: transferId(site),
    input,
    summary: `${kind} of ${site}: ${because}`,
  });
  return printEnding(await follow<TransferResult>(handle, `npx handover status ${site}`));
}

export function printEnding(result: TransferResult | undefined): number {
  if (!result) return 0;
  console.log(`${result.ending}: ${result.because}`);
  for (const followUp of result.followUps) console.log(`  still to do: ${followUp}`);
  return result.ending === 'completed' ? 0 : 1;
}

export const transferOptions = {
  to: { type: 'string' },
  because: { type: 'string' },
  'even-unfenced': { type: 'boolean' },
} as const;

export const transfer: Command = {
  name: 'transfer',
  summary: 'Move the shop to the other region, or repair what stands in the way.',
  usage: `SITE [--kind ${transferKinds.join('|')}] [--to REGION] [--region REGION] [--because SENTENCE] [--even-unfenced]`,
  options: { ...transferOptions, region: { type: 'string' }, kind: { type: 'string', default: 'switchover' } },
  run: async (given, reach) => startTransfer(given, await reach(), given.text('kind') ?? 'switchover'),
};
