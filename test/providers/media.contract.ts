import type { MediaDifference } from '../../src/ports/media';
import type { Media } from '../../src/ports/ports';

/** The uploads of region B, which can pull from region A; both empty. */
export interface MediaWorld {
  media: Media;
  upload: (region: 'A' | 'B', name: string, content: string) => Promise<void>;
  erase: (region: 'A' | 'B', name: string) => Promise<void>;
  content: (region: 'A' | 'B', name: string) => Promise<string | undefined>;
  /** The paths in a list on B's host. */
  listed: (list: string) => Promise<string[]>;
  close: () => Promise<void>;
}

/** The paths of a difference, once its counts have been compared with them. */
export async function differenceIn({ listed }: Pick<MediaWorld, 'listed'>, { missing, erased }: MediaDifference) {
  const pathsOf = async ({ count, list }: MediaDifference['missing']) => {
    const paths = count === 0 ? [] : await listed(list);
    expect(paths).toHaveLength(count);
    return paths;
  };
  return { missing: await pathsOf(missing), erased: await pathsOf(erased) };
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

    const difference = async (how: 'mirror' | 'merge') =>
      differenceIn(world, await world.media.missingFrom('A', { how, timeoutMs }));
    const missing = async (how: 'mirror' | 'merge') => (await difference(how)).missing;

    test.each(['mirror', 'merge'] as const)('a %s copies what the other region has', async (how) => {
      await world.upload('A', 'cat.png', 'a cat');
      await world.upload('A', '2026/dög & co.png', 'a dog');
      expect((await missing(how)).sort()).toEqual(['2026/dög & co.png', 'cat.png']);
      expect(await world.media.pullFrom('A', { how, timeoutMs })).toEqual({ copied: 2 });
      expect(await missing(how)).toEqual([]);
      expect(await world.content('B', '2026/dög & co.png')).toBe('a dog');
      expect(await world.media.pullFrom('A', { how, timeoutMs })).toEqual({ copied: 0 });
    });

    test.each(['mirror', 'merge'] as const)(
      'a %s never deletes, and what only this region has is not missing',
      async (how) => {
        await world.upload('B', 'own.png', 'only here');
        await world.upload('A', 'cat.png', 'a cat');
        await world.media.pullFrom('A', { how, timeoutMs });
        expect(await world.content('B', 'own.png')).toBe('only here');
        expect(await missing(how)).toEqual([]);
      },
    );

    test('a merge does not bring back what was erased here since the last mirror, and names it', async () => {
      await world.upload('A', 'kept.png', 'a cat');
      await world.upload('A', 'a [b]*?/erased #1.png', 'a dog');
      await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
      await world.erase('B', 'a [b]*?/erased #1.png');
      await world.upload('A', 'new.png', 'uploaded after the move');
      const erased = ['a [b]*?/erased #1.png'];
      expect(await difference('merge')).toEqual({ missing: ['new.png'], erased });
      expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 1 });
      expect(await world.content('B', 'a [b]*?/erased #1.png')).toBeUndefined();
      expect(await difference('merge')).toEqual({ missing: [], erased });
      expect(await world.content('B', 'new.png')).toBe('uploaded after the move');
    });

    test('a mirror brings back what was erased here', async () => {
      await world.upload('A', 'cat.png', 'a cat');
      await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
      await world.erase('B', 'cat.png');
      expect(await difference('mirror')).toEqual({ missing: ['cat.png'], erased: [] });
      expect(await world.media.pullFrom('A', { how: 'mirror', timeoutMs })).toEqual({ copied: 1 });
    });

    test('a region that is not known is refused', async () => {
      await expect(world.media.pullFrom('C', { how: 'mirror', timeoutMs })).rejects.toMatchObject({
        name: 'PortError',
        kind: 'refused',
      });
    });
  });
}
