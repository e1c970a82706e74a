/** The steps of session stores; none where the shop keeps its sessions in its database, which moves in any case. */
import type { Site } from '../../config';
import type { StepCall } from '../../domain/plan/plan';
import type { ParamsOf } from '../steps';
import { forward } from './call';
import { siteRegion } from './move';

/** Both regions have a store, or neither has one. */
const hasSessions = ({ regions }: Site): boolean =>
  Object.values(regions).every(({ sessions }) => sessions !== undefined);

export const promoteSessions = (site: Site, params: ParamsOf<'promote-sessions'>): StepCall[] =>
  hasSessions(site) ? [forward('promote-sessions', params, { phase: 'promote' })] : [];

/** The store of the primary is one again, in a stage of its own; a shop that serves without its carts is better than none. */
export const keepSessions = (site: Site, from: string, to: string): StepCall[][] =>
  hasSessions(site)
    ? [[forward('promote-sessions', { from, to, planned: false }, { phase: 'promote', onFailure: 'follow-up' })]]
    : [];

export const followSessions = (site: Site, params: ParamsOf<'follow-sessions'>): StepCall[] =>
  hasSessions(site)
    ? [forward('follow-sessions', params, { phase: 'tidy', at: params.region, onFailure: 'follow-up' })]
    : [];

/** Sessions survive; the object cache beside them may hold rows that the promoted database never got. */
export const flushCache = (site: Site, region: string): StepCall[] =>
  hasSessions(site) ? [forward('flush-cache', { region }, { phase: 'promote', onFailure: 'follow-up' })] : [];

/** For a store that may still be a primary beside that of `to`, once `to` is promoted. */
export const fenceSessions = (site: Site, from: string, to: string, silent: 'proceed' | 'refuse'): StepCall[] =>
  hasSessions(site)
    ? [
        forward(
          'fence-sessions',
          { region: from, peer: to, sourceHost: siteRegion(site, to).address, silent },
          { phase: 'tidy', at: from, onFailure: 'follow-up' },
        ),
      ]
    : [];
