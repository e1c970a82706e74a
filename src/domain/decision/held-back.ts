/** Reasons not to carry out an action that lie in what runs now and in what was done before, each a sentence or undefined. */
import { minuteOf } from '../sentence';
import type { Brake } from '../incident/brakes';
import type { Action } from './course';
import { span } from './wording';
import type { Situation } from './situation';

export function rejoinUnderWay({ rejoining, standby = '' }: Situation): string | undefined {
  if (rejoining === undefined) return undefined;
  return `${rejoining} is running and changes ${standby}; a transfer must wait for its end. End it with: temporal workflow cancel --workflow-id ${rejoining}`;
}

export function rejoinFences({ rejoining }: Situation): string | undefined {
  return rejoining && `${rejoining} is running and fences the region itself.`;
}

export function braked(until: Brake['until'], { brakes, site }: Situation, { kind }: Action): string | undefined {
  const brake = brakes?.[kind];
  if (brake?.until !== until) return undefined;
  if (until === 'wait') return brake.because;
  return `${brake.because} Once that is mended, type: npx handover acknowledge ${site} --who "ines@shop.example"`;
}

export function frozen({ freeze }: Situation): string | undefined {
  if (!freeze) return undefined;
  const until = freeze.endsInMs === undefined ? 'until thawed' : `for another ${span(freeze.endsInMs)}`;
  return `Frozen ${until} by ${freeze.by}: ${freeze.because}`;
}

export function maintained({ maintenance }: Situation): string | undefined {
  return (
    maintenance && `${maintenance.by} is at work here until ${minuteOf(maintenance.until)}: ${maintenance.because}`
  );
}

export function coolingDown({ lastTransfer, policy }: Situation): string | undefined {
  // A move that a person made, or a drill, says nothing against the next one.
  if (!lastTransfer?.automatic || lastTransfer.agoMs >= policy.cooldownMs) return undefined;
  const left = span(policy.cooldownMs - lastTransfer.agoMs);
  return `The shop was moved from ${lastTransfer.from} to ${lastTransfer.to} ${span(lastTransfer.agoMs)} ago; policy.cooldown ends in ${left}.`;
}

export function unacknowledged({ lastTransfer }: Situation): string | undefined {
  if (!lastTransfer || lastTransfer.acknowledged) return undefined;
  return `The transfer from ${lastTransfer.from} to ${lastTransfer.to} is not acknowledged yet.`;
}

/** Away from home, the next move is a person's: an automatic one brought the shop here, or nobody remembers what did. */
export function secondAutomatic({ home, primary, lastTransfer }: Situation): string | undefined {
  if (primary === home || lastTransfer?.automatic === false) return undefined;
  return lastTransfer
    ? `The shop was moved to ${primary} automatically and has not been home since; a second automatic transfer is never started.`
    : `The shop is away from home and how it came to ${primary} is unknown, so the next transfer needs a person.`;
}
