/** What a person has taken from a monitor for a time: the votes of a vantage, and its own acts within a maintenance window. */
import type { MonitorConfig } from '../../contract/monitor';
import type { MessageFields } from '../../contract/messages';
import type { MonitorVerb } from '../../contract/verbs';
import * as maintenances from '../../domain/command/maintenance';
import * as mutes from '../../domain/command/mute';

/** Part of the monitor's state; absent until a person has said something. */
export interface Quieted {
  mutes?: readonly mutes.Mute[];
  maintenance?: maintenances.Maintenance;
}

const orders = ['mute', 'unmute', 'maintenance', 'end-maintenance'] as const;
export type Order = (typeof orders)[number];

export const isOrder = (verb: MonitorVerb): verb is Order => orders.some((each) => each === verb);

export const vantagesIn = (config: MonitorConfig | undefined): mutes.Known =>
  config && { names: Object.keys(config.targets), minEligible: config.policy.minEligible };

type Answer = { refused: string } | (Quieted & { said: string });

function answerTo(state: Quieted, verb: Order, fields: MessageFields, known: mutes.Known, now: number): Answer {
  const { vantage = '', who = '', because = '', from, until = '' } = fields;
  switch (verb) {
    case 'mute':
      return mutes.mute(state.mutes, { vantage, who, because, until }, known, now);
    case 'unmute':
      return mutes.unmute(state.mutes, { vantage, who }, now);
    case 'maintenance':
      return maintenances.planMaintenance(state.maintenance, { who, because, until, ...(from && { from }) }, now);
    case 'end-maintenance':
      return state.maintenance && now < state.maintenance.until
        ? { maintenance: { ...state.maintenance, until: now }, said: `${who} ended the maintenance window.` }
        : { refused: 'No maintenance window is planned; nothing was changed.' };
  }
}

/** Why an order would change nothing now. */
export function orderRefusal(
  state: Quieted,
  verb: Order,
  fields: MessageFields,
  known: mutes.Known,
  now: number,
): string | undefined {
  const answer = answerTo(state, verb, fields, known, now);
  return 'refused' in answer ? answer.refused : undefined;
}

/** Takes an order and returns the sentence that the person gets back. */
export function takeOrder(state: Quieted, verb: Order, fields: MessageFields, known: mutes.Known, now: number): string {
  const answer = answerTo(state, verb, fields, known, now);
  if ('refused' in answer) return answer.refused;
  const { said, ...changed } = answer;
  Object.assign(state, changed);
  return said;
}

/** What the decision needs of it. */
export function quietedAt(state: Quieted, now: number): Quieted {
  const muted = mutes.mutesAt(state.mutes, now);
  return {
    ...(muted.length > 0 && { mutes: muted }),
    ...(maintenances.isWithin(state.maintenance, now) && { maintenance: state.maintenance }),
  };
}

/** In a few words each, for a list of all sites. */
export const quietedNotes = (state: Quieted, now: number): string[] => [
  ...mutes.mutesAt(state.mutes, now).map(({ vantage }) => `${vantage} muted`),
  ...(maintenances.isWithin(state.maintenance, now) ? ['in maintenance'] : []),
];

/** What Temporal Web shows of it, in Markdown; nothing where there is nothing. */
export function quietedLines(state: Quieted, site: string, now: number): string[] {
  const { maintenance } = state;
  const who = '--who "ines@shop.example"';
  return [
    ...mutes
      .mutesAt(state.mutes, now)
      .flatMap((each) => [
        '',
        `${mutes.muteSentence(each)} Unmute with: npx handover unmute ${site} --vantage ${each.vantage} ${who}`,
      ]),
    ...(maintenance && now < maintenance.until
      ? [
          '',
          `${maintenances.maintenanceSentence(maintenance, now)} End it with: npx handover end-maintenance ${site} ${who}`,
        ]
      : []),
  ];
}
