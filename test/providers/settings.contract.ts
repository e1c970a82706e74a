import type { ShopSettings } from '../../src/domain/shop-settings';
import type { Settings } from '../../src/ports/ports';

/** One region's settings, at first `first`, with the gate open, the scheduler running and nothing proxied. */
export interface SettingsWorld {
  settings: Settings;
  first: ShopSettings;
  close: () => Promise<void>;
}

/** The promises of the port `Settings`, to which every implementation is held. */
export function describeSettings(name: string, open: () => Promise<SettingsWorld>): void {
  describe(`${name} keeps the promises of settings`, () => {
    let world: SettingsWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    test('what was applied is read, and what was there before is given back', async () => {
      const { settings, first } = world;
      expect(await settings.read()).toEqual(first);
      const next: ShopSettings = { role: 'standby', epoch: 7, tableRegion: 'lab-b', scheduler: 'off' };
      expect(await settings.apply(next)).toEqual(first);
      expect(await settings.read()).toEqual(next);
      expect(await settings.apply(next)).toEqual(next);
      expect(await settings.apply(first)).toEqual(next);
      expect(await settings.read()).toEqual(first);
    });

    test('the gate is shut with a reason and opened again', async () => {
      const { settings } = world;
      expect(await settings.gated()).toBeUndefined();
      await settings.gate('moving to B');
      await settings.gate('still moving to B');
      expect(await settings.gated()).toBe('still moving to B');
      await settings.ungate();
      await settings.ungate();
      expect(await settings.gated()).toBeUndefined();
    });

    test('the scheduler is paused and resumed', async () => {
      const { settings } = world;
      expect(await settings.schedulerPaused()).toBe(false);
      await settings.pauseScheduler();
      await settings.pauseScheduler();
      expect(await settings.schedulerPaused()).toBe(true);
      await settings.resumeScheduler();
      await settings.resumeScheduler();
      expect(await settings.schedulerPaused()).toBe(false);
    });

    test('requests are sent to another address, and served here again', async () => {
      const { settings } = world;
      expect(await settings.proxiedTo()).toBeUndefined();
      await settings.proxyTo('203.0.113.10');
      await settings.proxyTo('203.0.113.10');
      expect(await settings.proxiedTo()).toBe('203.0.113.10');
      await settings.proxyTo(undefined);
      expect(await settings.proxiedTo()).toBeUndefined();
    });
  });
}
