/** What is asked of the information schema about the tables of a schema; `shapesOf` reads the answer. */
import { format } from 'mysql2/promise';

/** Four result sets: columns with the engine of their table, keys, triggers, foreign keys. */
export function shapesQuery(schema: string): string {
  return format(
    `SELECT c.table_name AS tableName, c.column_name AS name, c.collation_name AS collationName, c.data_type AS type, c.column_type AS fullType,
       c.character_set_name AS charset, c.is_generated AS generated, CAST(c.character_octet_length AS CHAR) AS octets,
       c.extra AS extra, t.engine AS engine, e.transactions AS transactions,
       CAST((SELECT MIN(l.id) FROM information_schema.collation_character_set_applicability l
         WHERE l.full_collation_name = c.collation_name) AS CHAR) AS collation
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       LEFT JOIN information_schema.engines e ON e.engine = t.engine
     WHERE c.table_schema = ? AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position;
     SELECT table_name AS tableName, index_name AS name, column_name AS columnName, sub_part AS part FROM information_schema.statistics
     WHERE table_schema = ? AND non_unique = 0 ORDER BY table_name, index_name, seq_in_index;
     SELECT DISTINCT event_object_table AS tableName FROM information_schema.triggers WHERE event_object_schema = ?;
     SELECT table_schema AS childSchema, table_name AS child, constraint_name AS name, column_name AS columnName,
       referenced_table_name AS tableName, referenced_column_name AS refersTo FROM information_schema.key_column_usage
     WHERE referenced_table_schema = ? ORDER BY table_schema, table_name, constraint_name, ordinal_position`,
    [schema, schema, schema, schema],
  );
}
