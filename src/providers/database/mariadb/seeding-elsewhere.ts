/** Files of a database that do not lie in its data directory: renaming that directory leaves them behind. */

/** Settings of MariaDB that name a directory of such files. */
const settings = 'innodb.data.home.dir|innodb.log.group.home.dir|innodb.undo.directory|aria.log.dir.path';
/** What a link in place of a table's file ends with, or a file that says where a table's file is. */
const tableLinks = ['ibd', 'MYD', 'MYI', 'MAD', 'MAI'].map((kind) => `-name '*.${kind}'`).join(' -o ');

/**
 * Shell function that prints the first of what lies elsewhere: a setting with its value, or a table's file; nothing where all is in the
 * directory. It reads the option files that the server in the directory was started with, and the usual ones of a stopped server, whose
 * redo log then also shows where it is.
 */
export const elsewhere = `elsewhere() (
files=''
for link in /proc/[0-9]*/cwd; do
  [ "$link" -ef "$1" ] || continue
  files=$(tr '\\0' '\\n' <"\${link%cwd}cmdline" | grep -E '^--(no-defaults$|defaults-(file|extra-file|group-suffix)=)')
  [ -z "$files" ] || break
done
whole=$(cd -P "$1" && pwd)
IFS='
'
set -f
for option in $(my_print_defaults $files --mariadbd 2>/dev/null | grep -iE '^--(loose-)?(${settings})=.'); do
  name=\${option%%=*}; value=\${option#*=}
  path=$(cd -P "$1" && cd -P "$value" 2>/dev/null && pwd)
  case "$path/" in "$whole"/*) ;; *) echo "$(echo "\${name#--}" | tr - _) is $value" && return ;; esac
done
[ -e "$1/ib_logfile0" ] || { echo "innodb_log_group_home_dir names another directory, since ib_logfile0 is not in $1"; return; }
find "$1" -maxdepth 2 \\( -name '*.isl' -o -type l \\( -xtype d -o ${tableLinks} \\) \\) 2>/dev/null | sed 's/$/ leads out of it/' | head -n 1
)`;
