/** All figures, in the order in which they are measured: each leaves the lab as the next one needs it. */
import type { Figure } from '../figure';
import { compare } from './compare';
import { detection } from './detection';
import { dnsCalls } from './dns-calls';
import { dnsFleet } from './dns-fleet';
import { drill } from './drill';
import { fold } from './fold';
import { history } from './history';
import { lostOutage, lostPlanned } from './lost';
import { memory } from './memory';
import { planned } from './planned';
import { recovery } from './recovery';
import { reload } from './reload';
import { rule } from './rule';
import { salvage } from './salvage';
import { secrets } from './secrets';
import { stepTimes } from './steps';

export const figures: readonly Figure[] = [
  drill,
  planned,
  stepTimes,
  memory,
  lostPlanned,
  reload,
  history,
  detection,
  rule,
  recovery,
  lostOutage,
  dnsCalls,
  dnsFleet,
  salvage,
  fold,
  compare,
  secrets,
];
