/** What came back over HTTP. */
export interface HttpAnswer {
  /** Whom it came from, as in the options. */
  who: string;
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** From connecting to the last byte. */
  ms: number;
  /** Takes every secret of the request out of a text that came back. */
  hide: (text: string) => string;
}
