import { seconds } from '../arithmetic';
import type { Figure } from '../figure';
import type { Reloads } from '../inside/reload';

const withinMs = 90_000;

export const reload: Figure = {
  name: 'reload',
  title: 'settings reload under requests: 5xx and resets',
  goal: '0 at >= 50 requests/s with some of 2 s',
  how: 'The settings adapter changes the primary’s settings six times, 3.5 s apart, with test and reload, while an open loop asks /health at an even pace and every 50th request takes 2 s; the shoppers are at home.',
  measure: async (world) => {
    await world.shoppers('home');
    const sums = await world.inside<Reloads>('reload.js', [await world.primary()], withinMs);
    const { reloads, workers, requests, perSecond, slow, serverErrors, resets, longestMs, examples } = sums;
    return {
      lines: [
        `${serverErrors} answers of 5xx and ${resets} resets in ${requests} requests at ${perSecond.toFixed(0)}/s, ${slow} of them of 2 s, over ${reloads} reloads`,
        `the slowest answer took ${seconds(longestMs)}; ${workers} worker processes answered`,
        ...examples,
      ],
      reached: serverErrors + resets === 0 && perSecond >= 50,
      values: { reloads, workers, requests, perSecond, slow, serverErrors, resets, longestMs },
    };
  },
};
