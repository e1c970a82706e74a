/** The evidence that `region-down` and `app-down` share: the shop is out, and what witnesses and table say. */
import { isOut } from '../detection/agreement';
import type { Hearing } from '../detection/hearing';
import { witnessesWho, type Witness } from '../detection/witness';

interface LostShop {
  /** False also where the site has no table. */
  tableIsOut: boolean;
  /** Witnesses that have lost the region, and those that hear it. */
  lost: Witness[];
  seen: Witness[];
  /** Everything that was said, joined. */
  heard: string;
}

export function lostShop({ testimony, policy, app, table }: Hearing): LostShop | undefined {
  if (!isOut(app, policy)) return undefined;
  const seen = witnessesWho('sees', testimony.witnesses, policy);
  // An alarm takes nothing from what is heard.
  const alarms = seen.length > 0 ? [] : testimony.witnesses.filter(({ alarm }) => alarm);
  const lost = [...witnessesWho('lost', testimony.witnesses, policy), ...alarms];
  const tableIsOut = table !== undefined && isOut(table, policy);
  const heard = [
    app.because,
    ...(tableIsOut ? [table.because] : []),
    ...[...lost, ...seen].map(({ because }) => because.replace(/\.$/, '')),
  ];
  return { tableIsOut, lost, seen, heard: heard.join('; ') };
}
