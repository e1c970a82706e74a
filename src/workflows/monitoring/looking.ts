/** How a monitor has somebody look for as long as it watches: one long activity after the other, which reports when there is news. */
import { ActivityCancellationType, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { sentenceOf } from '../../domain/sentence';

/** Of an activity that looks until there is something new. */
export const lookOptions = {
  startToCloseTimeout: '10m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '15s', maximumAttempts: 20 },
  // A reload must not wait for the running look, since no vantage watches meanwhile.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
} as const;

const pauseAfterTrouble = '1m';

/** Runs until the surrounding scope is cancelled. After a look that fails there is a pause, whose summary is `trouble` and the reason. */
export async function keepLooking(
  look: () => Promise<void>,
  trouble: string,
  onTrouble: (reason: string) => void = () => undefined,
): Promise<void> {
  while (!CancellationScope.current().consideredCancelled) {
    try {
      await look();
    } catch (error) {
      if (isCancellation(error)) return;
      const reason = sentenceOf(error);
      onTrouble(reason);
      await sleep(pauseAfterTrouble, { summary: `${trouble}: ${reason}`.slice(0, 190) }).catch(() => undefined);
    }
  }
}
