/** The port that reads what a region's database and host are set to. It changes nothing. */
import type { HostFacts, RightFacts, SchemaFacts, SettingFacts } from '../domain/preflight/facts';

/**
 * Each part is asked for on its own, so that one that cannot be read leaves the others known.
 * @throws PortError whose sentence says why it could not be read, such as a missing right
 */
export interface Inspection {
  settings: () => Promise<SettingFacts>;
  /** Of the shop's schema. */
  schema: () => Promise<SchemaFacts>;
  rights: () => Promise<RightFacts>;
  host: () => Promise<HostFacts>;
}
