/** Names of the search attributes, all of the type Keyword. None is needed, and none is written that the namespace does not know. */
export const attributeNames = {
  site: 'HandoverSite',
  kind: 'HandoverKind',
  ending: 'HandoverEnding',
  mode: 'HandoverMode',
  verdict: 'HandoverVerdict',
  incident: 'HandoverIncident',
} as const;

/** Those that a run with a plan writes, all or none. */
export const attributesOfRuns = [attributeNames.site, attributeNames.kind, attributeNames.ending];
