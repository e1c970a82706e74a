import { seconds } from '../arithmetic';
import type { Figure } from '../figure';
import type { Reloads } from '../programs/reload';

const withinMs = 90_000;

export const reload: Figure = {
  name: 'reload',
  title: '5xx answers and connection resets while settings are reloaded',
  goal: '0 at >= 50 requests/s, some of which take 2 s',
  how: "The settings adapter changes the primary's settings six times, 3.5 s apart, with test and reload, while an open loop requests /health at a constant rate; every 50th request takes 2 s. The shoppers are stopped.",
  measure: async (bench) => {
    await bench.stopShoppers();
    const sums = await bench.runProgram<Reloads>('reload.js', [await bench.primary()], withinMs);
    const { reloads, workers, requests, perSecond, slow, serverErrors, resets, longestMs, examples } = sums;
    return {
      lines: [
        `${serverErrors} 5xx answers and ${resets} resets in ${requests} requests at ${perSecond.toFixed(0)}/s (${slow} of them take 2 s) during ${reloads} reloads`,
        `slowest answer ${seconds(longestMs)}; ${workers} worker processes answered`,
        ...examples,
      ],
      reached: serverErrors + resets === 0 && perSecond >= 50,
      values: { reloads, workers, requests, perSecond, slow, serverErrors, resets, longestMs },
    };
  },
};
