/** What keeps a shop's settings: one file that ends in `defineSettings({...})`, and one line in `index.ts`. */
import type { Options } from '../kit/kind';
import { defineRegionKind, type RegionDefinition, type RegionKind } from '../kit/region-kind';
import type { Settings } from '../../ports/ports';

type SettingsStore = Settings & { close: () => unknown };

export type SettingsKind<S extends Options = Options> = RegionKind<SettingsStore, S>;

export function defineSettings<S extends Options>(definition: RegionDefinition<S, SettingsStore>): SettingsKind<S> {
  return defineRegionKind('regions.NAME.settings', definition);
}
