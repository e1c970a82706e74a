/** The command that manages a database's service on its host, and what the exit code of its `status` means. */

const place = '{verb}';

/** `command` with `verb` at its `{verb}`, or at its end where it has none, as `service mariadb` wants it. */
export function serviceCommandFor(command: string, verb: 'start' | 'stop' | 'status'): string {
  return command.includes(place) ? command.replaceAll(place, verb) : `${command} ${verb}`;
}

/** False where the verb would end up where the program does not look for it: systemctl wants it before the unit. */
export function takesVerb(command: string): boolean {
  const strange = /(?<!\$)\{(?!verb\})[\w-]+\}/.test(command);
  const systemctl = /(?:^|[\s/;&|(])systemctl(?:\s|$)/.test(command);
  return !strange && (!systemctl || /systemctl(?:\s+-\S+)*\s+\{verb\}\s+\S/.test(command));
}

/** "Not running": LSB init scripts and systemctl agree on it. All others may also come from sudo, ssh or a wrong command. */
export const notRunning = 3;

const meanings: Readonly<Record<number, string>> = {
  0: 'the service runs',
  1: 'the command failed, or the service is dead and left its pid file',
  2: 'the command failed, or the service is dead and left its lock file',
  [notRunning]: 'the service does not run',
  4: 'the state of the service is unknown: check the name of the service',
  126: 'the command may not be run by this user',
  127: 'the command was not found on the host',
};

/** What an exit code of `status` says, after LSB (Core 5.0, 22.2) and systemctl(1). */
export const meaningOfStatus = (code: number): string => meanings[code] ?? 'the command failed';
