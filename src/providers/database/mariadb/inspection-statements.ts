/** Reads MariaDB's settings. Nothing here changes or locks anything; seen with 10.11. */
import { format } from 'mysql2/promise';
import { show } from './channels';
import { preparedTransactions } from './statements';

/** Five result sets: variables, a replica status for each channel (empty for none), its own log with its filters, the end of its certificate, prepared transactions. */
export const settings = `SHOW GLOBAL VARIABLES; ${show}; SHOW BINLOG STATUS; SHOW STATUS LIKE 'Ssl_server_not_after';
     ${preparedTransactions}`;

export const clock = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) AS micros";

/** Two result sets: tables and stored programs. A view or a sequence has no rows of its own to lose. */
export function schema(name: string): string {
  return format(
    `SELECT t.table_name AS name, t.engine AS engine, e.transactions = 'YES' AS transactional,
       EXISTS (SELECT 1 FROM information_schema.table_constraints c WHERE c.constraint_schema = t.table_schema
         AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY') AS primaryKey,
       (SELECT GROUP_CONCAT(k.columns SEPARATOR ';') FROM (SELECT s.table_name,
           GROUP_CONCAT(s.column_name ORDER BY s.seq_in_index) AS columns FROM information_schema.statistics s
           WHERE s.table_schema = ? AND s.non_unique = 0 GROUP BY s.table_name, s.index_name
           HAVING MAX(s.nullable = 'YES' OR s.sub_part IS NOT NULL) = 0) k WHERE k.table_name = t.table_name) AS uniqueKeys,
       EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema
         AND c.table_name = t.table_name AND c.extra LIKE '%auto_increment%') AS autoIncrement
     FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
     WHERE t.table_schema = ? AND t.table_type = 'BASE TABLE' ORDER BY t.table_name;
     SELECT 'event' AS kind, event_name AS name, definer FROM information_schema.events WHERE event_schema = ?
     UNION ALL SELECT 'trigger', trigger_name, definer FROM information_schema.triggers WHERE trigger_schema = ?
     UNION ALL SELECT LOWER(routine_type), routine_name, IF(security_type = 'DEFINER', definer, '')
       FROM information_schema.routines WHERE routine_schema = ? ORDER BY 1, 2`,
    [name, name, name, name, name],
  );
}

const accounts = `SELECT User AS user, Host AS host, COALESCE(JSON_VALUE(Priv, '$.is_role'), 0) AS isRole,
       COALESCE(JSON_VALUE(Priv, '$.access'), 0) AS access, COALESCE(JSON_VALUE(Priv, '$.version_id'), 0) AS madeBy
     FROM mysql.global_priv;
     SELECT User AS user, Host AS host, Role AS role FROM mysql.roles_mapping;
     SELECT CURRENT_USER() AS account`;

/** Of the server or of a schema whose pattern fits, by the account itself or by a role that is in force. */
const heldOn = `SELECT DISTINCT p.privilege_type AS held
     FROM (SELECT grantee, privilege_type FROM information_schema.user_privileges
       UNION ALL SELECT grantee, privilege_type FROM information_schema.schema_privileges WHERE ? LIKE table_schema) AS p
     WHERE p.grantee = CONCAT("'", REPLACE(CURRENT_USER(), '@', "'@'"), "'")
       OR p.grantee IN (SELECT CONCAT("'", role_name, "'@''") FROM information_schema.enabled_roles)`;

/** Accounts and roles that may read some of a schema. */
const readersOf = `SELECT DISTINCT REPLACE(grantee, "'", '') AS account
     FROM (SELECT grantee, privilege_type FROM information_schema.user_privileges
       UNION ALL SELECT grantee, privilege_type FROM information_schema.schema_privileges WHERE ? LIKE table_schema
       UNION ALL SELECT grantee, privilege_type FROM information_schema.table_privileges WHERE table_schema = ?
       UNION ALL SELECT grantee, privilege_type FROM information_schema.column_privileges WHERE table_schema = ?) AS p
     WHERE privilege_type = 'SELECT'`;

/**
 * Six result sets: accounts and roles with their global rights as bits and the version that wrote them, which role each has, who asks, what it
 * may do in the shop's schema and in that of the records, and who may read the latter. The column also holds hashes of passwords; they stay on
 * the server.
 */
export const rights = (schema: string, records: string): string =>
  `${accounts};
     ${format(`${heldOn}; ${heldOn}; ${readersOf}`, [schema, records, records, records, records])}`;
