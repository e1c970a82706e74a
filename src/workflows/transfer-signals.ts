import { defineSignal, getExternalWorkflowHandle } from '@temporalio/workflow';
import { monitorId } from '../contract/ids';

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
