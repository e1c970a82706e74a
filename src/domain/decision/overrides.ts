/** Who may let an action pass that a guard forbids, and by which command. */
import type { Action } from './course';
import type { Situation } from './situation';
import { approvalCommand, commandFor } from './wording';

/** What lifts a guard; a person's own command for the action where it is left out. */
export type Passes = 'thaw' | 'acknowledge' | 'approve' | 'mode' | 'nobody';

export function overrideOf(passes: Passes | undefined, { site, epoch }: Situation, action: Action): string {
  const who = '--who "ines@shop.example"';
  switch (passes) {
    case 'nobody':
      return 'nobody; it must end first';
    case 'thaw':
      return `a person: npx handover thaw ${site} ${who}`;
    case 'acknowledge':
      return `a person: npx handover acknowledge ${site} ${who}`;
    case 'approve':
      return `a person: ${approvalCommand(site, epoch)}`;
    case 'mode':
      return `a person: npx handover mode ${site} --to auto ${who} --because "the drill is over"`;
    case undefined:
      return `a person: ${commandFor(site, action)}`;
  }
}
