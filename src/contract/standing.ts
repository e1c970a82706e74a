/** How a monitored site stands, as its monitor answers the query `standing`: what a list of all sites shows of each. */
export interface Standing {
  /** Empty before the first decision. */
  verdict: string;
  /** Since when it has been the verdict, and when it was decided last, in milliseconds since the epoch. */
  since: number;
  at: number;
  mode: string;
  /** Empty where nobody has told yet. */
  primary: string;
  epoch: number;
  incident?: { number: number; openedAt: number };
  /** What holds the monitor back by a person's word, in a few words each, such as `frozen`. */
  notes: string[];
}
