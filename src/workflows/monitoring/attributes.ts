/** The search attributes of a monitor, so that a list in Temporal Web shows all sites with their verdict and mode. */
import { upsertSearchAttributes } from '@temporalio/workflow';
import type { DecideResult, MonitorConfig } from '../../contract/monitor';
import { searchAttribute, type AttributeName } from '../search-attributes';
import { modeShown, type MonitorState } from './monitor-state';

/** Upserts those that the namespace knows, where one differs from what this run has shown before. */
export function showAttributes(
  site: string,
  config: MonitorConfig,
  state: MonitorState,
  { opinion }: Pick<DecideResult, 'opinion'>,
): void {
  const { attributes = [] } = config;
  const wanted: Record<AttributeName & ('site' | 'verdict' | 'mode' | 'incident'), string> = {
    site,
    verdict: opinion.verdict.state,
    mode: modeShown(state, config),
    incident: state.incidents?.open ? 'open' : 'none',
  };
  const pairs = Object.entries(wanted).map(([name, value]) => searchAttribute(name as keyof typeof wanted, value));
  const known = pairs.filter(({ key }) => attributes.includes(key.name));
  const shown = known.map(({ key, value }) => `${key.name}=${String(value)}`).join();
  if (state.shown === shown || known.length === 0) return;
  state.shown = shown;
  upsertSearchAttributes(known);
}
