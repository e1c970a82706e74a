/** The workflows as a later version might have them: a new first step, which only runs that began with this version make. */
import { patched, upsertMemo } from '@temporalio/workflow';
import { monitor as presentMonitor, transfer as presentTransfer } from '../../src/workflows';

export { drill, rejoin } from '../../src/workflows';

function firstStep(): void {
  if (patched('note-the-version')) upsertMemo({ version: 'the next one' });
}

export function transfer(...given: Parameters<typeof presentTransfer>): ReturnType<typeof presentTransfer> {
  firstStep();
  return presentTransfer(...given);
}

export function monitor(...given: Parameters<typeof presentMonitor>): ReturnType<typeof presentMonitor> {
  firstStep();
  return presentMonitor(...given);
}
