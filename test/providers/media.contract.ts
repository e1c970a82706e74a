import type { Media } from '../../src/ports/ports';

/** The uploads of region B, which can pull from region A; both empty. */
export interface MediaWorld {
  media: Media;
  upload: (region: 'A' | 'B', name: string, content: string) => Promise<void>;
  content: (region: 'A' | 'B', name: string) => Promise<string | undefined>;
  close: () => Promise<void>;
}

/** The promises of the port `Media`, to which every implementation is held. */
export function describeMedia(name: string, open: () => Promise<MediaWorld>): void {
  describe(`${name} keeps the promises of media`, () => {
    let world: MediaWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());
    const timeoutMs = 60_000;

    test('what the other region has is missing until it is pulled', async () => {
      await world.upload('A', 'cat.png', 'a cat');
      await world.upload('A', '2026/dög & co.png', 'a dog');
      expect((await world.media.missingFrom('A', timeoutMs)).sort()).toEqual(['2026/dög & co.png', 'cat.png']);
      expect(await world.media.pullFrom('A', { timeoutMs })).toEqual({ copied: 2 });
      expect(await world.media.missingFrom('A', timeoutMs)).toEqual([]);
      expect(await world.content('B', '2026/dög & co.png')).toBe('a dog');
      expect(await world.media.pullFrom('A', { timeoutMs })).toEqual({ copied: 0 });
    });

    test('a pull never deletes, and what only this region has is not missing', async () => {
      await world.upload('B', 'own.png', 'only here');
      await world.upload('A', 'cat.png', 'a cat');
      await world.media.pullFrom('A', { timeoutMs });
      expect(await world.content('B', 'own.png')).toBe('only here');
      expect(await world.media.missingFrom('A', timeoutMs)).toEqual([]);
    });

    test('a region that is not known is refused', async () => {
      await expect(world.media.pullFrom('C', { timeoutMs })).rejects.toMatchObject({
        name: 'PortError',
        kind: 'refused',
      });
    });
  });
}
