/** Plans that move no primary: the table pointer there and back, a restarted primary, a second writable database. */
import type { Plan, StepCall } from '../../domain/plan/plan';
import type { ShopSettings } from '../../domain/shop-settings';
import { call, forward } from './call';
import { heading, type Move, ownTable, serviceCommandOf } from './move';
import { fenceSessions, keepSessions } from './sessions';
import { verifyRegion } from './verification';

/** The primary stays; only the table region it uses moves to that of `move.to`. */
export function pointerPlan(move: Move): Plan {
  const { site, survey, from, to, epoch } = move;
  const previous: ShopSettings = survey.settings[from] ?? {
    role: 'primary',
    epoch,
    ...ownTable(site, from),
    scheduler: 'on',
  };
  const next: ShopSettings = { ...previous, ...ownTable(site, to) };
  return {
    ...heading(move),
    kind: 'pointer',
    stages: [
      [
        call(
          'stage-settings',
          { region: from, next: { ...next }, previous: { ...previous } },
          { phase: 'traffic', at: from },
        ),
      ],
      [verifyRegion(move, from)],
    ],
  };
}

const askForMs = 30 * 60_000;

/** The second time that a person is asked; the first was the command. */
const askPeerIsOff = ({ site: { site }, to }: Move): StepCall['ask'] => ({
  approved: { isOff: true },
  waitMs: askForMs,
  otherwise: `Bring ${to}'s database back, then: npx handover restore ${site}`,
});

/**
 * A primary that merely restarted came back read-only, and its replica may have been left detached. A session store that restarted with its host has
 * the role that its configuration says; the shop does not answer as well before it is a primary again.
 */
export function restorePlan(move: Move, peerIsOff: boolean): Plan {
  const { site, from, to, survey } = move;
  const primary = survey.regions[from];
  if (primary?.answers && !primary.readOnly) return restartPlan(move);
  return {
    ...heading(move),
    kind: 'restore',
    stages: [
      [
        call(
          'make-writable',
          { region: from, ...(peerIsOff && { silent: to }) },
          { phase: 'promote', undo: false, ...(peerIsOff && { ask: askPeerIsOff(move) }) },
        ),
      ],
      ...keepSessions(site, to, from),
      [verifyRegion(move, from)],
      [
        forward('restart-replication', { region: to, source: from }, { phase: 'tidy', onFailure: 'follow-up' }),
        forward('ungate-checkouts', { region: from }, { phase: 'tidy', at: from, onFailure: 'follow-up' }),
        forward('resume-scheduler', { region: from }, { phase: 'tidy', at: from, onFailure: 'follow-up' }),
      ],
    ],
  };
}

/** The primary is whole; only its standby has stopped to follow it. */
const restartPlan = (move: Move): Plan => ({
  ...heading(move),
  kind: 'restore',
  stages: [[forward('restart-replication', { region: move.to, source: move.from }, { phase: 'tidy' })]],
});

/** `move.from` takes writes in an epoch that is over. */
export function fencePlan(move: Move): Plan {
  const { site, from, to } = move;
  const serviceCommand = serviceCommandOf(site, from);
  return {
    ...heading(move),
    kind: 'fence',
    stages: [
      [
        call(
          'fence-database',
          { region: from, peer: to, planned: false, unfenced: 'refuse', serviceCommand },
          { phase: 'fence', undo: false },
        ),
        forward('pause-scheduler', { region: from }, { phase: 'fence', at: from, onFailure: 'follow-up' }),
        ...fenceSessions(site, from, to, 'refuse'),
      ],
    ],
  };
}
