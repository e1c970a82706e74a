import { defineSignal, getExternalWorkflowHandle } from '@temporalio/workflow';
import { monitorId } from '../contract/ids';

export type News = Record<string, string | number>;
export const transferStarted = defineSignal<[News]>('transferStarted');
export const transferEnded = defineSignal<[News]>('transferEnded');
const signals = { transferStarted, transferEnded };

/** Tells the site's monitor, if one runs; a site without one is moved all the same. */
export async function tellMonitor(site: string, what: keyof typeof signals, news: News): Promise<void> {
  await getExternalWorkflowHandle(monitorId(site))
    .signal(signals[what], news)
    .catch(() => {});
}
