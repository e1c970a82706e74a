import { redactor } from '../../src/providers/http/redact';

const secret = `qz'"\\${'Abcdefghijklmnopqrstuvwxyz0123456789'.repeat(4)}`.slice(0, 120);
const hide = redactor([secret, 'short']);

test.each<[string, string]>([
  ['whole', secret],
  ['cut off, as MariaDB does', secret.slice(0, 67)],
  ['without its beginning', secret.slice(40)],
  ['with its quotes escaped', secret.replaceAll(/['"\\]/g, '\\$&')],
  ['in JSON', JSON.stringify(secret)],
])('a secret that a server repeats %s is hidden', (_, repeated) => {
  const shown = hide(`String '${repeated}...' is too long (short)`);
  expect(shown).toMatch(/^String '.*\.\.\.' is too long \(\[hidden\]\)$/);
  expect(shown).not.toMatch(/[A-Z]?[a-z0-9]{8}/);
});

test('the words around it stay, also where two pieces follow each other', () => {
  const [one, two] = [secret.slice(4, 24), secret.slice(60, 80)];
  expect(hide(`before ${one} between ${two}`)).toBe('before [hidden] between [hidden]');
  expect(hide('nothing of it is here')).toBe('nothing of it is here');
});
