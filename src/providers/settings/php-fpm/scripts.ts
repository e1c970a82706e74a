import { quoted } from '../../host/shell';

/** Shell scripts for the settings' host. Each is one command over ssh, so that it costs one round trip. */

/** How a script ended, when not well; chosen apart from what the tools in it use themselves. */
export const codes = { absent: 44, incomplete: 45, busy: 46, unwritable: 47, broken: 48, notReloaded: 49 } as const;

export interface Replacement {
  file: string;
  /** Shell that writes the new content to standard output; the old file is \`$file\`, our text its standard input. */
  render: string;
  /** Shell that fails when the old file is not what we think it is. */
  expect: string;
  test: string;
  reload: string;
}

/**
 * Replaces a configuration file that a server includes by a fixed name, so that only a test with the new file in its place can tell
 * whether it is sound: written beside, swapped, tested, swapped back when broken, and reloaded only after a good test.
 * `previous` marks a swap that was not tested yet and `pending` a reload that is still owed, so that a run that was cut off anywhere is
 * completed or undone by the next one. Equal content, whatever the order of its lines, is left alone. Prints the old content.
 */
export function replace({ file, render, expect, test, reload }: Replacement): string {
  return `file=${quoted(file)}
exec 9>"$file.lock"
flock -w 5 9 || { echo 'another change is under way' >&2; exit ${codes.busy}; }
[ ! -e "$file.previous" ] || mv -f "$file.previous" "$file"
[ -e "$file" ] || { echo "$file does not exist" >&2; exit ${codes.absent}; }
${expect} || exit ${codes.incomplete}
cat "$file"
{ ${render}; } > "$file.next" && chmod --reference="$file" "$file.next" || exit ${codes.unwritable}
if [ ! -e "$file.pending" ] && [ "$(sort "$file" | cksum)" = "$(sort "$file.next" | cksum)" ]; then rm -f "$file.next"; exit 0; fi
cp -p "$file" "$file.previous" || exit ${codes.unwritable}
trap 'mv -f "$file.previous" "$file"; exit ${codes.unwritable}' HUP INT TERM PIPE
mv -f "$file.next" "$file" || exit ${codes.unwritable}
if ! said=$( (${test}) 9>&- 2>&1); then
  mv -f "$file.previous" "$file"
  printf '%s' "$said" >&2
  exit ${codes.broken}
fi
: > "$file.pending"
trap - HUP INT TERM PIPE
rm -f "$file.previous"
(${reload}) 9>&- >&2 || exit ${codes.notReloaded}
rm -f "$file.pending"`;
}

/** Puts standard input into a file, whole or not at all. */
export const put = (file: string): string =>
  `file=${quoted(file)}; cat > "$file.next" && mv -f "$file.next" "$file" || exit ${codes.unwritable}`;

export const remove = (file: string): string => `rm -f ${quoted(file)}`;

export const show = (file: string): string =>
  `file=${quoted(file)}; [ -e "$file" ] || exit ${codes.absent}; cat "$file"`;

/** Prints how many processes hold a shared lock on a file; at least 1 where the kernel's list is not shown, as in some containers. */
export const countLocks = (file: string): string => `file=${quoted(file)}; [ -e "$file" ] || exit ${codes.absent}
flock -n -x -E ${codes.busy} "$file" true && { echo 0; exit 0; }
code=$?; [ $code = ${codes.busy} ] || exit $code
count=$(grep -c " FLOCK .* READ .*:$(stat -c %i "$file") " /proc/locks 2>/dev/null)
[ "\${count:-0}" -gt 0 ] && echo "$count" || echo 1`;
