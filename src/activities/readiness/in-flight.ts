/** Whether the orders in flight of a region can be counted, where its shop counts them. */
import type { CheckResult } from '../../domain/plan/result';
import type { Ports } from '../../ports/ports';
import { attempt } from './check';

/** No check where the site file does not say that the shop counts them. */
export async function inFlightReadiness(ports: Ports, region: string): Promise<CheckResult[]> {
  const asked = ports.settings(region).inFlight();
  const isCounted = await asked.then(
    (count) => count !== undefined,
    () => true,
  );
  const told = async () => `${String(await asked)} are counted now; a planned transfer waits for them.`;
  return isCounted ? [await attempt(`orders in flight of ${region}`, told)] : [];
}
