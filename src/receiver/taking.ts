/** What the receiver needs of the world, and what both ways in share. */
import type { AlarmWord } from '../contract/alarm';
import type { SecretRef } from '../fields/secret-refs';
import { AlarmRefusal } from '../providers/alarms/refusal';
import { toleranceMs } from '../providers/alarms/signed';
import type { Get } from '../providers/alarms/sns/calls';
import type { Certificates } from '../providers/alarms/sns/signature';
import { Once } from './once';
import type { Routes, Target } from './routes';

export interface World {
  routes: () => Promise<Routes>;
  /** Resolves once Temporal has the word for the site's monitor. @throws AlarmRefusal 503 with the reason */
  tell: (site: string, word: AlarmWord) => Promise<void>;
  certificates: Certificates;
  get: Get;
  /** @throws SecretMissing */
  secret: (reference: SecretRef) => Promise<string>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export interface Receiver extends World {
  /** Message ids of SNS, which sends a message again until it has an answer. A repeat that is not known changes nothing at the monitor. */
  messages: Once;
  /** Signed messages, each for as long as its signature is in time. */
  signatures: Once;
}

export function receiverOf(world: World): Receiver {
  const { now } = world;
  const tooMany = () =>
    new AlarmRefusal(503, 'More than 10000 signed messages came within 10 min; send one for each change of an alarm.');
  return {
    ...world,
    messages: new Once({ keepMs: 3_600_000, mostKept: 10_000, whenFull: 'forget', now }),
    // A time of signing may lie in the future by the tolerance, and is then in time for twice as long.
    signatures: new Once({ keepMs: 2 * toleranceMs + 1_000, mostKept: 10_000, whenFull: tooMany, now }),
  };
}

/** As refused; later where a site file that can't be read now may say otherwise. */
export const unlessUnread = ({ unreadable: [first] }: Routes, refusal: AlarmRefusal): AlarmRefusal =>
  first === undefined ? refusal : new AlarmRefusal(503, `${refusal.message} ${first}`);

export const namesOf = (targets: readonly Target[]): string =>
  targets.map(({ site, name }) => `${site}/${name}`).join(' and ');
