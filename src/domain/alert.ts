/** An alert, in one shape from the decision to the channel that sends it. */
export interface Alert {
  severity: 'info' | 'warning' | 'critical';
  /** The same key updates the same alert, and one that is only acknowledged calls nobody: it names the incident, or the run, that the alert is of. */
  key: string;
  /** Holds no age and no count: it changes only when there is something new to say. */
  summary: string;
  /** What the person on call should type next, if anything. */
  command?: string;
}
