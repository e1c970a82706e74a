import {
  CancellationScope,
  defineSignal,
  getExternalWorkflowHandle,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { monitorId } from '../contract/ids';
import type { TransferRequest } from '../domain/plan/request';
import { sentenceOf } from '../domain/sentence';

export type TransferNews = Record<string, string | number>;
export const transferStarted = defineSignal<[TransferNews]>('transferStarted');
export const transferEnded = defineSignal<[TransferNews]>('transferEnded');
const signals = { transferStarted, transferEnded };

/** Tells the site's monitor, if one runs; a site without one is moved all the same. */
export async function signalMonitor(site: string, what: keyof typeof signals, news: TransferNews): Promise<void> {
  await getExternalWorkflowHandle(monitorId(site))
    .signal(signals[what], news)
    .catch(() => {});
}

/** The monitor also hears of a run that ends before it has a plan: it would order it again and again, and nobody would hear why nothing happens. */
export async function tellingRefusal<T>(
  { site, kind }: Pick<TransferRequest, 'site' | 'kind'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (patched('tell-refusals')) {
      const nothing = { epoch: 0, from: '', to: '', primary: '', run: workflowInfo().runId };
      const refusal = { kind, ending: 'refused', because: sentenceOf(error), ...nothing };
      await CancellationScope.nonCancellable(() => signalMonitor(site, 'transferEnded', refusal));
    }
    throw error;
  }
}
