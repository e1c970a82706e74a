/** The state of both regions as they answer now; every plan starts from it. Which region is primary is read from the databases, never from a file. */
import type { Json } from './plan';
import type { ServingFacts } from '../readiness/can-serve';
import type { ShopSettings } from '../shop-settings';

export type RegionSurvey =
  | { region: string; answers: false; because: string }
  | {
      region: string;
      answers: true;
      readOnly: boolean;
      /** Epoch and primary as this region's database knows them. */
      epoch: number;
      primary: string;
      verifiedEpoch: number;
      position: string;
      replicaOf?: string;
      replicating?: boolean;
      /** Seconds behind the source; null is unknown, and unknown is not zero. */
      lagSeconds?: number | null;
      /** The epoch of a promotion that began here and was cut off. */
      promotingEpoch?: number;
    };

export interface Survey {
  /** Milliseconds since the epoch. */
  at: number;
  regions: Record<string, RegionSurvey>;
  settings: Record<string, ShopSettings | undefined>;
  /** Why the settings of a region could not be read, by region. */
  settingsUnread?: Record<string, string>;
  /** Whether each region's shop answers its own health question, and in which words. */
  shops: Record<string, { healthy: boolean; because: string; facts?: ServingFacts }>;
  /** The set each DNS record holds now, by `setName`; undefined when it could not be read. */
  dns: Record<string, { values: string[]; ttlSeconds: number } | undefined>;
  /** Where the traffic switch sends customers; only where the site names one. */
  traffic?: TrafficSurvey;
  /** Settings with which a promotion would lose or corrupt orders, each as a sentence. Absent where nobody looked. */
  orderRisks?: { wrong: string[]; unknown: string[] };
}

export type TrafficSurvey =
  | { answers: false; because: string }
  /**
   * `leadsTo` is missing when it is neither region; `state` is what a move back has to bring about again; `pending` is why customers are not
   * sent there although it is set; `rememberedSeconds` is how long they may go by an answer of before a move.
   */
  | {
      answers: true;
      leadsTo?: string;
      state: Json;
      because: string;
      pending?: string;
      rememberedSeconds?: number;
    };

export type Primary =
  | { known: true; region: string; epoch: number; highestEpoch: number; because: string }
  | { known: false; highestEpoch: number; because: string };

/**
 * The primary is the region that the highest epoch known anywhere names. Whether it answers is another question.
 * Nobody answers, or two regions claim the same epoch: a person must say.
 */
export function primaryOf({ regions }: Pick<Survey, 'regions'>): Primary {
  const answering = Object.values(regions).filter((region) => region.answers);
  const highestEpoch = Math.max(0, ...answering.map((region) => region.epoch));
  if (answering.length === 0) {
    return { known: false, highestEpoch, because: "No region's database answers, so the primary is unknown." };
  }
  const named = [
    ...new Set(answering.filter((region) => region.epoch === highestEpoch).map((region) => region.primary)),
  ];
  const region = named[0];
  if (named.length !== 1 || region === undefined || region === '') {
    return {
      known: false,
      highestEpoch,
      because: `Epoch ${String(highestEpoch)} names ${named.length > 1 ? named.join(' and ') : 'no region'} as the primary.`,
    };
  }
  return {
    known: true,
    region,
    epoch: highestEpoch,
    highestEpoch,
    because: `Epoch ${String(highestEpoch)} names ${region} as the primary.`,
  };
}

/** Regions whose database takes writes although a higher epoch lives elsewhere: each must be fenced at once. */
export function strayWriters(survey: Survey): string[] {
  const primary = primaryOf(survey);
  return Object.values(survey.regions)
    .filter((region) => region.answers && !region.readOnly && primary.known && region.region !== primary.region)
    .map((region) => region.region);
}

/** How a survey and the ids of steps call one set of records: a name may have an A and an AAAA set, which move together. */
export const setName = ({ name, type }: { name: string; type: string }): string => `${name} ${type}`;
