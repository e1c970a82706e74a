/**
 * What a person may tell a running workflow. Each verb is a signal (for every client, also tctl), an update of the same name (which
 * answers, and refuses before anything is recorded) and a command of the CLI, all from this one table.
 */
import { isMode, modes } from '../domain/mode';
import { because, epoch, isTime, step, time, vantage, who, type Verb, type VerbField } from './verb-fields';

/** The first three and the last three are answered in `src/workflows/running/questions.ts`, the others in `hold.ts` beside it. */
export const transferVerbs = [
  {
    name: 'approve',
    description: 'Let a step pass that waits for an approval, such as a fence that nothing proves.',
    fields: { who, because, step, epoch },
  },
  {
    name: 'reject',
    description: 'Let the step not pass that waits for an approval: the transfer is rolled back.',
    fields: { who, because, step, epoch },
  },
  {
    name: 'extend',
    description: 'Let a step wait longer for an approval.',
    fields: { who, step, epoch, until: time('how long it waits (default: 30 minutes from now)') },
  },
  {
    name: 'hold',
    description: 'Begin no further step before the point of no return; of a rejoin no further step at all.',
    fields: { who, because },
  },
  { name: 'go-on', description: 'End a hold.', fields: { who } },
  {
    name: 'abort',
    description:
      'Roll back what was done; only before the point of no return. A rejoin ends, and what it has done stays done.',
    fields: { who, because },
  },
  { name: 'retry', description: 'Try the failed step again.', fields: { step } },
  {
    name: 'skip',
    description: 'Continue without the failed step; a person does its work by hand.',
    fields: { because, step },
  },
  {
    name: 'stop',
    command: 'stop-transfer',
    description: 'End the transfer as needs-operator; nothing more is changed.',
    fields: { because, step },
  },
] as const satisfies readonly Verb[];
export type TransferVerb = (typeof transferVerbs)[number]['name'];

/** Of these a rejoin makes use too; it never asks. */
export const rejoinVerbs = transferVerbs.filter(({ name }) => name === 'hold' || name === 'go-on' || name === 'abort');

/** Each is applied in `src/workflows/monitoring/monitor-state.ts`. */
export const monitorVerbs = [
  {
    name: 'freeze',
    description: 'Start no transfer until thawed or until a time; watching and alerts go on.',
    toAll: true,
    fields: {
      who,
      because,
      until: time('when it ends by itself'),
    },
  },
  { name: 'thaw', description: 'End a freeze.', toAll: true, fields: { who } },
  {
    name: 'acknowledge',
    description: 'A person has seen how the last transfers ended; with the cool-down over, the monitor may act again.',
    fields: { who },
  },
  {
    name: 'close',
    description: 'End the open incident; what is not well then opens the next one, and calls again.',
    fields: { who, because },
  },
  {
    name: 'mode',
    description:
      'How far the monitor may act by itself: observe (it only says what it would do), approve (it asks before each move) or auto.',
    fields: {
      to: {
        description: 'observe, approve or auto',
        example: 'observe',
        required: true,
        must: { be: modes.join(', '), holds: isMode },
      },
      who,
      because,
    },
  },
  {
    name: 'approve',
    description: 'Let the move begin that waits for an approval; where two people must approve, a different one each.',
    fields: { who, because, epoch, until: time('when the approval lapses (default: after 10 minutes)') },
  },
  {
    name: 'reject',
    description: 'Let the move not begin that waits for an approval; it is not proposed again for a while.',
    fields: { who, because, epoch },
  },
  {
    name: 'extend',
    description: 'Let what waits for an approval wait longer.',
    fields: { who, epoch, until: time('how long it waits (default: 30 minutes from now)') },
  },
  {
    name: 'mute',
    description: 'Do not count what a vantage says, until a time; as many votes are needed as with it.',
    fields: { vantage, who, because, until: { ...time('when it ends by itself'), required: true } },
  },
  { name: 'unmute', description: 'Count again what a vantage says.', fields: { vantage, who } },
  {
    name: 'maintenance',
    description:
      'Plan a maintenance window: inside it the monitor starts nothing by itself, and that the shop cannot be reached is only information.',
    fields: {
      who,
      because,
      from: { ...isTime, description: 'when it begins (default: now)', required: false },
      until: { ...time('when it ends by itself'), required: true },
    },
  },
  { name: 'end-maintenance', description: 'End the maintenance window, or call it off.', fields: { who } },
  {
    name: 'explain',
    description: 'Say why it acts or does not: every guard and its answer now, what happens next, what is not known.',
    fields: {},
  },
  { name: 'reload', description: 'Read the site file again.', fields: {} },
  { name: 'stop', description: 'End the monitor; a running transfer continues.', fields: { who, because } },
] as const satisfies readonly Verb[];
export type MonitorVerb = (typeof monitorVerbs)[number]['name'];

const item: VerbField = {
  description: 'number of the item, which list shows',
  example: '3',
  required: true,
  must: { be: 'the number of an item', holds: (value: string) => /^[1-9]\d{0,14}$/.test(value) },
};

/** Each is answered in `src/workflows/salvage.ts`. The CLI has one command for all of them: `npx handover salvage SITE VERB`. */
export const salvageVerbs = [
  { name: 'list', description: 'List what rejoins left to a person.', fields: {} },
  {
    name: 'apply',
    description: "Write the deposed region's version of an item, unless the primary's changed since.",
    fields: { item, who, because: { ...because, required: false } },
  },
  { name: 'dismiss', description: "Close an item; the primary's version stays.", fields: { item, who, because } },
] as const satisfies readonly Verb[];
export type SalvageVerb = (typeof salvageVerbs)[number]['name'];
