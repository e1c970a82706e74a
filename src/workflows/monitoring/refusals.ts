/** Why a message would change nothing now, so that an update of it is refused before it is recorded. */
import type { MonitorConfig } from '../../contract/monitor';
import type { MonitorVerb } from '../../contract/verbs';
import type { Message } from '../message-handlers';
import { isWord, refusalOf } from './command';
import type { MonitorState } from './monitor-state';
import { isOrder, orderRefusal, vantagesIn } from './quieted';

export function refusalNow(
  state: MonitorState,
  { verb, fields }: Message<MonitorVerb>,
  config: MonitorConfig | undefined,
): string | undefined {
  if (isOrder(verb)) return orderRefusal(state, verb, fields, vantagesIn(config), Date.now());
  return isWord(verb) ? refusalOf(state, verb, fields, Date.now()) : undefined;
}
