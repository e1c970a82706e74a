/** Alerts inside a maintenance window. */
import type { Alert } from '../alert';
import type { Maintenance } from '../command/maintenance';
import { minuteOf } from '../sentence';
import type { Verdict } from './verdicts';

/** Verdicts by which the shop cannot be reached, which is what a maintenance brings about. */
const expected: readonly Verdict['state'][] = [
  ...(['region-down', 'app-down', 'table-down', 'edge-broken', 'degraded', 'not-served', 'link-cut'] as const),
];

/** Only information where it tells what was to be expected. Its key is another one, so that what lasts beyond the window calls somebody. */
export function expectedAlert(alert: Alert, state: Verdict['state'], window: Maintenance): Alert {
  if (!expected.includes(state)) return alert;
  const summary = `${alert.summary} A maintenance window lasts until ${minuteOf(window.until)}.`;
  return { ...alert, severity: 'info', key: `${alert.key}/maintenance`, summary };
}
