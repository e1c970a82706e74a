import { problemsAfter, value } from './lab-site';

const problem =
  'regions.A.services.database is wrong; it must be a shell command with {verb} where start, stop or status belongs; without {verb} it is appended, for example systemctl --no-ask-password {verb} mariadb';

const problemsWith = (command: string) =>
  problemsAfter((site) => (site.regions!.A!.services!.database = value(command)));

test.each(['systemctl --no-ask-password mariadb', 'systemctl mariadb {verb}', 'service mariadb {action}', ' '])(
  'the service command %j is refused with one that works',
  (command) => {
    expect(problemsWith(command)).toEqual([problem]);
  },
);

test.each(['systemctl --no-ask-password {verb} mariadb', 'sudo -n service mariadb', 'rc-service mariadb {verb}'])(
  'the service command %j is taken',
  (command) => {
    expect(problemsWith(command)).toEqual([]);
  },
);
