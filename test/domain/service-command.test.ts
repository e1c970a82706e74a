import { meaningOfStatus, serviceCommandFor, takesVerb } from '../../src/domain/service-command';

test.each([
  ['service mariadb', 'service mariadb stop'],
  ['systemctl --no-ask-password {verb} mariadb', 'systemctl --no-ask-password stop mariadb'],
  ['docker compose -f /srv/db.yaml {verb} db', 'docker compose -f /srv/db.yaml stop db'],
])('the verb of %s stands where the command wants it', (command, stop) => {
  expect(takesVerb(command)).toBe(true);
  expect(serviceCommandFor(command, 'stop')).toBe(stop);
});

test.each([
  'systemctl mariadb',
  'sudo -n /usr/bin/systemctl mariadb',
  'systemctl mariadb {verb}',
  'systemctl {verb}',
  'service mariadb {VERB}',
  'service mariadb {action}',
])('%s is no service command', (command) => {
  expect(takesVerb(command)).toBe(false);
});

test('braces of the shell are none of ours', () => {
  expect(takesVerb('service ${UNIT:-mariadb}')).toBe(true);
});

test('only one exit code says that the service does not run', () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  expect(codes.filter((code) => meaningOfStatus(code) === 'the service does not run')).toEqual([3]);
});
