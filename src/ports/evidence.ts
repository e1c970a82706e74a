/** What rejoins left on one region's host. The guarantees common to all ports are in `ports.ts`. */
import type { Evidence } from '../domain/evidence';

export interface EvidenceStore {
  /** Everything that this site's rejoins left here. */
  list: () => Promise<Evidence[]>;
  /**
   * Removes it for good. Refused for what is not of that form, while a copy or a cut-off swap is under way, while a process uses it, where the
   * region has no data of its own, and for a mount point. What is gone already is no error.
   */
  remove: (evidence: Evidence) => Promise<void>;
}
