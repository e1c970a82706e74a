/** What acts on rows although it is none: keys, partitions, constraints, triggers, routines, events, views. Each side's list, and what differs. */
import { format } from 'mysql2/promise';
import { ownTables } from './comparing-tables';
import type { Row } from '../wire/connection';

export interface Definition {
  /** Such as `trigger`; with the name it is what a sentence says. */
  kind: string;
  name: string;
  /** The table that it belongs to, empty for what belongs to none. */
  table: string;
  /** A digest; undefined where the server does not show the definition to the runbook's user. */
  digest: string | undefined;
  /** Whether it runs by itself; only events do. */
  runs: boolean;
}

const digest = (...parts: string[]): string =>
  `MD5(CONCAT_WS('|', ${parts.map((part) => `IFNULL(${part}, '-')`).join(', ')}))`;

/** A definition that is not shown is NULL or empty, by its kind, and none of those that can be shown is empty. */
const shown = (text: string, whole: string): string => `IF(IFNULL(${text}, '') = '', NULL, ${whole})`;

const parameters = `(SELECT GROUP_CONCAT(CONCAT_WS(' ', parameter_mode, parameter_name, dtd_identifier) ORDER BY ordinal_position)
  FROM information_schema.parameters p WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name AND p.routine_type = r.routine_type)`;

/** One SELECT for each kind: kind, name, table, digest, runs. In each `?` is the schema. */
const selects = [
  `SELECT 'table', table_name, table_name, ${digest('engine', 'table_type')}, 0
   FROM information_schema.tables WHERE table_schema = ? AND table_type <> 'VIEW'`,
  `SELECT 'partitioning', table_name, table_name,
     MD5(GROUP_CONCAT(CONCAT_WS('|', partition_name, IFNULL(subpartition_name, '-'), partition_method, IFNULL(subpartition_method, '-'),
       IFNULL(partition_expression, '-'), IFNULL(subpartition_expression, '-'), IFNULL(partition_description, '-'))
       ORDER BY partition_ordinal_position, subpartition_ordinal_position)), 0
   FROM information_schema.partitions WHERE table_schema = ? AND partition_name IS NOT NULL GROUP BY table_name`,
  `SELECT 'column', CONCAT(table_name, '.', column_name), table_name,
     ${digest('ordinal_position', 'column_type', 'character_set_name', 'collation_name', 'is_nullable', 'column_default', 'extra', 'generation_expression')}, 0
   FROM information_schema.columns JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = ? AND t.table_type <> 'VIEW'`,
  `SELECT IF(index_name = 'PRIMARY', 'primary key', 'unique key'), IF(index_name = 'PRIMARY', table_name, CONCAT(table_name, '.', index_name)), table_name,
     MD5(GROUP_CONCAT(CONCAT_WS('|', column_name, IFNULL(sub_part, '-')) ORDER BY seq_in_index)), 0
   FROM information_schema.statistics WHERE table_schema = ? AND non_unique = 0 GROUP BY table_name, index_name`,
  `SELECT 'foreign key', CONCAT(k.table_name, '.', k.constraint_name), k.table_name,
     MD5(GROUP_CONCAT(CONCAT_WS('|', k.column_name, k.referenced_table_name, k.referenced_column_name, c.update_rule, c.delete_rule) ORDER BY k.ordinal_position)), 0
   FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints c USING (constraint_schema, constraint_name, table_name)
   WHERE k.constraint_schema = ? AND k.referenced_table_name IS NOT NULL GROUP BY k.table_name, k.constraint_name`,
  `SELECT 'check', CONCAT(table_name, '.', constraint_name), table_name, ${digest('check_clause')}, 0
   FROM information_schema.check_constraints WHERE constraint_schema = ?`,
  `SELECT 'trigger', CONCAT(event_object_table, '.', trigger_name), event_object_table,
     ${shown('action_statement', digest('action_timing', 'event_manipulation', 'action_order', 'action_statement', 'sql_mode', 'definer'))}, 0
   FROM information_schema.triggers WHERE event_object_schema = ?`,
  `SELECT 'view', table_name, '', ${shown('view_definition', digest('view_definition', 'check_option', 'security_type', 'definer'))}, 0
   FROM information_schema.views WHERE table_schema = ?`,
  `SELECT LOWER(routine_type), routine_name, '',
     ${shown('routine_definition', digest('routine_definition', 'dtd_identifier', 'is_deterministic', 'sql_data_access', 'security_type', 'sql_mode', 'definer', parameters))}, 0
   FROM information_schema.routines r WHERE routine_schema = ?`,
  `SELECT 'event', event_name, '',
     ${shown('event_definition', digest('event_definition', 'event_type', 'execute_at', 'interval_value', 'interval_field', 'starts', 'ends', 'on_completion', 'time_zone', 'sql_mode', 'definer'))},
     status = 'ENABLED'
   FROM information_schema.events WHERE event_schema = ?`,
];

/** One result set. Without its longest concatenation a server would cut off the digest's text. */
export const definitionsQuery = (schema: string): string =>
  `SET SESSION group_concat_max_len = 1048576; SELECT 'kind' AS kind, 'name' AS name, '' AS tableName, '' AS digest, 0 AS runs FROM DUAL WHERE FALSE
   UNION ALL ${selects.map((select) => format(select, [schema])).join(' UNION ALL ')}`;

const text = (row: Row, name: string): string => (typeof row[name] === 'string' ? row[name] : '');

export const definitionsOf = (rows: readonly Row[]): Definition[] =>
  rows
    .map((row) => ({
      kind: text(row, 'kind'),
      name: text(row, 'name'),
      table: text(row, 'tableName'),
      digest: typeof row['digest'] === 'string' ? row['digest'] : undefined,
      runs: Number(row['runs']) === 1,
    }))
    .filter(({ table }) => !ownTables.includes(table));

export interface DefinitionDifference {
  table: string;
  because: string;
}

const keyOf = ({ kind, name }: Definition): string => `${kind} ${name}`;

/** What only one side has, and what each has by another definition. Of a table that only one side has nothing else is told. */
export function definitionDifferences(
  primary: readonly Definition[],
  replica: readonly Definition[],
  names: { primary: string; replica: string },
): DefinitionDifference[] {
  const [here, there] = [primary, replica].map((each) => new Map(each.map((one) => [keyOf(one), one])));
  const inBoth = ({ kind, table }: Definition) =>
    kind === 'table' || table === '' || (here?.has(`table ${table}`) === true && there?.has(`table ${table}`) === true);
  const found: DefinitionDifference[] = [];
  for (const one of primary.filter(inBoth)) {
    const because = differs(one, there?.get(keyOf(one)), names);
    if (because !== undefined) found.push({ table: one.table, because: `${keyOf(one)} ${because}` });
  }
  for (const one of replica.filter(inBoth))
    if (here?.has(keyOf(one)) !== true)
      found.push({ table: one.table, because: `${keyOf(one)} is only in ${names.replica}` });
  return found;
}

/** An event that does not run on the replica is as it should be: it runs on the primary, and what it writes is replicated. */
function differs(
  here: Definition,
  there: Definition | undefined,
  { primary, replica }: { primary: string; replica: string },
): string | undefined {
  if (there === undefined) return `is only in ${primary}`;
  if (here.digest === undefined || there.digest === undefined) return undefined;
  if (here.digest !== there.digest) return `has another definition in ${replica}`;
  return there.runs && !here.runs ? `is enabled in ${replica} and not in ${primary}` : undefined;
}

/** What is in both and can't be compared, by kind and name. */
export const unreadDefinitions = (primary: readonly Definition[], replica: readonly Definition[]): string[] => [
  ...new Set([...primary, ...replica].filter((one) => one.digest === undefined).map(keyOf)),
];
