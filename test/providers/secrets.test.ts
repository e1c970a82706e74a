import { vendorKinds } from '../../lab/loopback/zone-servers';
import { formsOf, hitsIn, type Canary } from '../../lab/leaks/canaries';
import { customerCanaries } from '../../lab/leaks/customers';
import { driveOthers } from '../../lab/leaks/others';
import { Outputs } from '../../lab/leaks/outputs';
import { driveShops, shopCanaries } from '../../lab/leaks/shops';
import { driveVendor } from '../../lab/leaks/vendors';

const canary: Canary = { of: 'the token', text: 'cnry/"a+b~ c=' };

describe('a credential is found', () => {
  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in JSON', (text) => JSON.stringify({ token: text })],
    ['in hexadecimal digits', (text) => Buffer.from(text).toString('hex')],
    ['in large hexadecimal digits', (text) => Buffer.from(text).toString('hex').toUpperCase()],
    ['in a URL', (text) => encodeURIComponent(text)],
    ['in a form', (text) => new URLSearchParams({ token: text }).toString()],
    ...[0, 1, 2, 3].flatMap((before): [string, (text: string) => string][] => [
      [
        `in base64 behind ${before} bytes`,
        (text) => Buffer.from('user'.slice(0, before) + text + ':').toString('base64'),
      ],
      [
        `in base64url behind ${before} bytes`,
        (text) => Buffer.from('user'.slice(0, before) + text).toString('base64url'),
      ],
    ]),
  ])('%s', (_how, spell) => {
    const hits = hitsIn([{ from: 'a log', text: `CallRefused: ${spell(canary.text)}, sorry.` }], [canary]);
    expect(hits).toMatchObject([{ of: 'the token', from: 'a log' }]);
  });

  it('nowhere else, and a text too short to be told from chance is refused', () => {
    expect(hitsIn([{ from: 'a log', text: 'cnry/ "a+b~ Y25yeS8' }], [canary])).toEqual([]);
    expect(() => formsOf({ of: 'a PIN', text: '1234' })).toThrow('the canary of a PIN is shorter than 12 characters');
  });
});

describe('nothing that comes out holds a credential or what a customer trusts the shop with', () => {
  it('of the rest of a site, shown to servers that repeat what they are told', async () => {
    const outputs = new Outputs();
    const canaries = await outputs.printed(() => driveOthers(outputs));
    expect([...new Set(canaries.map(({ of }) => of))].sort()).toEqual([
      ...['cloudflare-pools-token', 'db-repl', 'db-runbook', 'digitalocean-global-lb-token', 'hook', 'pagerduty-key'],
      ...['pdns-api-key', 'redis', 'reserved-ip-token', 'route53-health-authorization', 'shop-canary', 'slack-url'],
      ...['ssh-key', 'table-east', 'table-north', 'table-runbook', 'table-west'],
    ]);
    expect(outputs.all.filter(({ text }) => text.includes('[hidden]'))).not.toEqual([]);
    expect(hitsIn(outputs.all, [...canaries, ...customerCanaries])).toEqual([]);
  });

  it('of a shop that answers with an error of its database, or with values in every field', async () => {
    const outputs = new Outputs();
    await outputs.printed(() => driveShops(outputs));
    expect(hitsIn(outputs.all, shopCanaries)).toEqual([]);
  });

  it.each(vendorKinds)('of %s, whatever goes wrong', async (kind) => {
    const outputs = new Outputs();
    const { canaries, endings } = await outputs.printed(() => driveVendor(outputs, kind, 'one'));
    expect(endings[0]).toBe('completed');
    expect(endings).toContain('rolled-back');
    expect(outputs.all.length).toBeGreaterThan(300);
    expect(canaries.length).toBeGreaterThan(0);
    expect(hitsIn(outputs.all, [...canaries, ...customerCanaries])).toEqual([]);
  });
});
