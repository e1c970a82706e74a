/** What a survey writes down of a database's state; one reading for all that ask which region is the primary. */
import type { RegionSurvey } from '../domain/plan/survey';
import type { DatabaseState } from './database';
import { sentenceOf } from './errors';

/** A database that does not answer is recorded as silent, never thrown. @param asked its state, or a promise that rejects */
export async function surveyed(region: string, asked: Promise<DatabaseState>): Promise<RegionSurvey> {
  try {
    return regionSurvey(region, await asked);
  } catch (error) {
    return { region, answers: false, because: sentenceOf(error) };
  }
}

function regionSurvey(region: string, state: DatabaseState): RegionSurvey {
  const { replica, epoch, promoting } = state;
  return {
    region,
    answers: true,
    readOnly: state.readOnly,
    epoch: epoch?.epoch ?? 0,
    primary: epoch?.region ?? '',
    verifiedEpoch: epoch?.verifiedEpoch ?? 0,
    position: state.position,
    ...(promoting && promoting.region === region && { promotingEpoch: promoting.epoch }),
    ...(replica
      ? {
          replicaOf: replica.sourceHost,
          replicating: replica.io === 'yes' && replica.sql,
          lagSeconds: replica.secondsBehind,
        }
      : {}),
  };
}
