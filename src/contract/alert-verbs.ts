/** What a person may tell `alerts/SITE`. */
import type { Verb } from './verb-fields';

/** Each is applied in `src/workflows/alerting/matters.ts`. */
export const alertVerbs = [
  {
    name: 'acknowledge',
    command: 'acknowledge-alerts',
    description:
      'Somebody takes care of all open alerts, so nobody else is called for them; the monitor is told nothing.',
    fields: { who: { description: 'person who sends it', example: 'ines@shop.example', required: true } },
  },
] as const satisfies readonly Verb[];
