import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ShopSettings } from '../../src/domain/shop-settings';
import { phpFpm } from '../../src/providers/settings/php-fpm/php-fpm';
import { realShopServer, type RealShopServer } from '../../lab/loopback/php-fpm';
import { type Place, place, startServer } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { realHost, type RealHost } from '../../lab/loopback/sshd';
import { describeSettings } from './settings.contract';

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

const sshPlace = place();
let host: RealHost;
beforeAll(async () => {
  host = await realHost(sshPlace);
});
afterAll(async () => {
  await host.close();
  sshPlace.remove();
});

const first: ShopSettings = { role: 'primary', epoch: 1, tableRegion: 'lab-a', scheduler: 'on' };
const next: ShopSettings = { role: 'standby', epoch: 2, tableRegion: 'lab-b', scheduler: 'off' };

async function open() {
  const at = place();
  const real = await realShopServer(at, host.host);
  return {
    at,
    real,
    settings: real.settings,
    first,
    close: async () => {
      await real.close();
      at.remove();
    },
  };
}

describeSettings('php-fpm', open);

describe('settings of php-fpm', () => {
  let at: Place;
  let real: RealShopServer;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ at, real, close } = await open());
  });
  afterEach(() => close());

  const reloads = () =>
    existsSync(at.path('reloads')) ? readFileSync(at.path('reloads'), 'utf8').trim().split('\n') : [];
  const leftovers = () => ['previous', 'next', 'pending'].filter((end) => existsSync(`${real.options.file}.${end}`));

  test('of a shop without a table are written and read without one, and a line for a table stays as its owner wrote it', async () => {
    const plain = phpFpm({ ...real.options, hasTable: false });
    const { role, epoch, scheduler } = first;
    expect(await plain.read()).toEqual({ role, epoch, scheduler });
    const standby: ShopSettings = { role: 'standby', epoch: 2, scheduler: 'off' };
    expect(await plain.apply(standby)).toEqual({ role, epoch, scheduler });
    expect(await plain.read()).toEqual(standby);
    await until('the new values are served beside the old table', async () => {
      const served = await real.environment().catch((): Record<string, string> => ({}));
      return served['HANDOVER_ROLE'] === 'standby' && served['AWS_DYNAMODB_REGION'] === 'lab-a';
    });
    const text = readFileSync(real.options.file, 'utf8').replace(/^.*AWS_DYNAMODB_REGION.*\n/m, '');
    writeFileSync(real.options.file, text);
    expect(await plain.apply({ ...standby, epoch: 3 })).toEqual(standby);
    await expect(real.settings.read()).rejects.toEqual(failure('garbage', /AWS_DYNAMODB_REGION/));
    expect(readFileSync(real.options.file, 'utf8')).not.toContain('AWS_DYNAMODB_REGION');
  });

  test('orders in flight are the locks on the file of the plugin, and a killed process holds none', async () => {
    const inFlight = at.path("in 'flight");
    const settings = phpFpm({ ...real.options, inFlight });
    await expect(settings.inFlight()).rejects.toEqual(
      failure('absent', /has no \S+in 'flight, so .* correct regions\.\S+\.settings\.inFlight\.$/),
    );
    writeFileSync(inFlight, '');
    expect(await settings.inFlight()).toBe(0);
    const hold = () => startServer(['flock', '-s', '-o', inFlight, 'sleep', '600'], at.path('out'), () => true);
    const orders = [await hold(), await hold()];
    await until('two orders are counted', async () => (await settings.inFlight()) === 2);
    await orders[0]?.kill();
    expect(await settings.inFlight()).toBe(1);
    await orders[1]?.kill();
    expect(await settings.inFlight()).toBe(0);
    expect(await real.settings.inFlight()).toBeUndefined();
  });

  test('a script sees the new values after the reload, and the lines of others stay', async () => {
    expect(await real.environment()).toMatchObject({ HANDOVER_ROLE: 'primary', HANDOVER_REGION: 'A' });
    await real.settings.apply(next);
    await until('the new values are served', async () => {
      const { HANDOVER_ROLE: role } = await real.environment().catch(() => ({ HANDOVER_ROLE: '' }));
      return role === 'standby';
    });
    expect(await real.environment()).toMatchObject({
      HANDOVER_SITE: 'lab',
      HANDOVER_REGION: 'A',
      HANDOVER_EPOCH: '2',
      AWS_DYNAMODB_REGION: 'lab-b',
    });
    expect(readFileSync(real.options.file, 'utf8')).toContain('; settings of the shop\n');
    expect(leftovers()).toEqual([]);
  });

  test('equal settings, in whatever order, are left alone and nothing is reloaded', async () => {
    const turned = readFileSync(real.options.file, 'utf8').trim().split('\n').reverse().join('\n');
    writeFileSync(real.options.file, `${turned}\n`);
    await real.settings.apply(first);
    expect(reloads()).toEqual([]);
    expect(readFileSync(real.options.file, 'utf8')).toBe(`${turned}\n`);
  });

  test('a broken configuration is found before the reload, and the old one stays in force', async () => {
    const before = readFileSync(real.options.file, 'utf8');
    writeFileSync(at.path('php-fpm.conf'), `${readFileSync(at.path('php-fpm.conf'), 'utf8')}nonsense = yes\n`);
    await expect(real.settings.apply(next)).rejects.toEqual(
      failure('refused', /the old one is still in force: .*nonsense/s),
    );
    expect(reloads()).toEqual([]);
    expect(readFileSync(real.options.file, 'utf8')).toBe(before);
    expect(leftovers()).toEqual([]);
    expect(await real.environment()).toMatchObject({ HANDOVER_ROLE: 'primary' });
  });

  test('a reload that failed is made up for by the next call, though the file is equal', async () => {
    await expect(phpFpm({ ...real.options, reload: 'false' }).apply(next)).rejects.toEqual(
      failure('refused', /the reload failed/),
    );
    await real.settings.apply(next);
    expect(reloads()).toEqual(['php']);
    expect(leftovers()).toEqual([]);
  });

  test('a run that was cut off between swap and test is undone by the next one', async () => {
    writeFileSync(`${real.options.file}.previous`, readFileSync(real.options.file));
    writeFileSync(real.options.file, 'half a fi');
    expect(await real.settings.apply(next)).toEqual(first);
    expect(await real.settings.read()).toEqual(next);
    expect(leftovers()).toEqual([]);
  });

  test.each([
    ['tableRegion', { ...next, tableRegion: 'x"\nenv[PATH] = "/tmp' }],
    ['tableRegion', { ...next, tableRegion: '$(reboot)' }],
    ['epoch', { ...next, epoch: 1.5 }],
    ['role', { ...next, role: 'boss' as 'primary' }],
  ])('a value that could not stand in the file is refused with its name: %s', async (field, settings) => {
    await expect(real.settings.apply(settings)).rejects.toEqual(
      failure('refused', new RegExp(`The setting ${field} is .*; it must be like`)),
    );
    expect(await real.settings.read()).toEqual(first);
  });

  test('a file that lacks one of the settings is left alone', async () => {
    writeFileSync(real.options.file, 'env[HANDOVER_ROLE] = "primary"\n');
    await expect(real.settings.apply(next)).rejects.toEqual(failure('garbage', /does not hold each/));
    await expect(real.settings.read()).rejects.toEqual(failure('garbage', /HANDOVER_EPOCH/));
    expect(readFileSync(real.options.file, 'utf8')).toBe('env[HANDOVER_ROLE] = "primary"\n');
  });

  test('without a file it is absent', async () => {
    const elsewhere = phpFpm({ ...real.options, file: at.path('nowhere') });
    await expect(elsewhere.read()).rejects.toEqual(failure('absent', /no .*nowhere/));
    await expect(elsewhere.apply(next)).rejects.toEqual(failure('absent', /nowhere does not exist/));
  });

  test('the proxy line is the one nginx includes, tested first, and put back when nginx refuses', async () => {
    await real.settings.proxyTo('203.0.113.10');
    expect(readFileSync(real.options.proxy, 'utf8')).toBe('set $upstream_region "https://203.0.113.10";\n');
    await real.settings.proxyTo('2001:db8::1');
    expect(await real.settings.proxiedTo()).toBe('2001:db8::1');
    expect(reloads()).toEqual(['nginx', 'nginx']);
    const refusing = phpFpm({ ...real.options, proxyTest: 'echo no good >&2; false' });
    await expect(refusing.proxyTo(undefined)).rejects.toEqual(failure('refused', /no good/));
    expect(await real.settings.proxiedTo()).toBe('2001:db8::1');
    await expect(real.settings.proxyTo('a;reboot')).rejects.toEqual(
      failure('refused', /it must be like 203\.0\.113\.10/),
    );
  });

  test('a reason with line breaks becomes one line, quotes and all', async () => {
    await real.settings.gate(`it's "B"\n$(reboot) now`);
    expect(await real.settings.gated()).toBe(`it's "B" $(reboot) now`);
  });
});
