/** Keeps the uploads of the standby fresh for as long as the monitor watches; a failing copy never disturbs the watch. */
import { ActivityCancellationType, CancellationScope, proxyActivities, sleep } from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import { sentenceOf } from '../../domain/sentence';
import { runbookQueue } from '../../contract/ids';

const { mirrorMedia } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  summary: 'Copy new uploads to the standby',
  startToCloseTimeout: '15m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 20 },
  // A reload must not wait for the running copy, since no vantage watches meanwhile.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const pauseAfterTrouble = '1m';

export async function mirrorAll(site: string): Promise<void> {
  const scope = CancellationScope.current();
  while (!scope.consideredCancelled) {
    await mirrorMedia(site).catch((error: unknown) => {
      if (!scope.consideredCancelled)
        return sleep(pauseAfterTrouble, { summary: `Uploads could not be copied: ${sentenceOf(error)}`.slice(0, 190) });
    });
  }
}
