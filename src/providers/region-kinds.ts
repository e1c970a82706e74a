/** The kinds of each part of a region that the site file may name, by the part's name there. */
import { databases } from './database';
import type { DatabaseKind } from './database/kind';
import { mediaKinds } from './media';
import type { MediaKind } from './media/kind';
import { sessionStores } from './sessions';
import type { SessionsKind } from './sessions/kind';
import { settingsKinds } from './settings';
import type { SettingsKind } from './settings/kind';

export interface RegionKinds {
  database: readonly DatabaseKind[];
  sessions: readonly SessionsKind[];
  settings: readonly SettingsKind[];
  media: readonly MediaKind[];
}

export const regionKinds = {
  database: databases,
  sessions: sessionStores,
  settings: settingsKinds,
  media: mediaKinds,
} satisfies RegionKinds;
