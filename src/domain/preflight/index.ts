/** The rules of the preflight: the settings that the runbook relies on and does not set itself, a row each. docs/operating.md shows the same table. */
import { binlogRules } from './binlog';
import type { Preflight } from './facts';
import { hostRules } from './host';
import { replicationRules } from './replication';
import { rightRules } from './rights';
import type { Judgement, Rule } from './rule';
import { schemaRules } from './schema';
import { serverRules } from './server';
import { shopRules } from './shop';

export const rules: readonly Rule[] = [
  ...binlogRules,
  ...replicationRules,
  ...serverRules,
  ...schemaRules,
  ...rightRules,
  ...hostRules,
  ...shopRules,
];

/** What each rule says of the servers, in the order of the table; of servers that cannot be inspected only what the shop tells. */
export const judged = (preflight: Preflight): (Judgement & { rule: Rule })[] =>
  (preflight.uninspected ? shopRules : rules).map((rule) => ({ ...rule.judge(preflight), rule }));
