/** The port of the uploads. */

/**
 * `mirror`: the source is the primary, so its version replaces any other. `merge`: both regions took uploads, so what is newer here stays, and
 * what was erased here since the last mirror is not brought back.
 */
export type MediaCopy = 'mirror' | 'merge';

/** Uploads. Files that belong to one region alone are left out everywhere. */
export interface Media {
  /**
   * Copies files that this region lacks or has in another version, each visible as soon as it is complete; never deletes. `byContent` also
   * finds files that differ in nothing but their content, and reads all of them for that.
   */
  pullFrom: (
    from: string,
    options: {
      how: MediaCopy;
      byContent?: boolean;
      timeoutMs: number;
      onProgress?: (line: string) => void;
      signal?: AbortSignal;
    },
  ) => Promise<{ copied: number }>;
  /** Compares by content. */
  missingFrom: (from: string, options: { how: MediaCopy; timeoutMs: number }) => Promise<MediaDifference>;
}

/** Files by number. People name files after themselves, so their paths stay on the region's host. */
interface FileList {
  count: number;
  /** The file on this region's host that holds the paths, a line each. */
  list: string;
}

export interface MediaDifference {
  /** What a pull would copy. */
  missing: FileList;
  /** What only `from` has because it was erased here, as far as the last mirror can tell. None for a mirror. */
  erased: FileList;
}
