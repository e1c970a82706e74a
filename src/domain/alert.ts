/** An alert, in one shape from the decision to the channel that sends it. */
export interface Alert {
  severity: 'info' | 'warning' | 'critical';
  /** The same key updates the same alert, and one that is only acknowledged calls nobody: it names the incident, or the run, that the alert is of. */
  key: string;
  /** Holds no age and no count: it changes only when there is something new to say. */
  summary: string;
  /** What the person on call should type next, if anything. */
  command?: string;
  /** What has become of the alert with this key; absent while it is raised. */
  status?: AlertStatus;
  /** Its sender says when it is over. */
  ends?: true;
  /** The incident that it is of, such as `shop/3`; a channel that has threads keeps one for each. */
  incident?: string;
  /** How often it is repeated until it is resolved, in milliseconds: a duty that somebody owes. */
  remindEveryMs?: number;
}

/** The words of PagerDuty, Opsgenie and Alertmanager. */
type AlertStatus = 'acknowledged' | 'resolved';
