/** A pair of real servers for each test of a file, and what a step sees of it. */
import { authority } from '../../lab/loopback/authority';
import { type RealPair, realPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { type Place, place } from '../../lab/loopback/place';
import type { Ports } from '../../src/ports/ports';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';

type Pair = Pick<RealPair, 'a' | 'b'>;

/** The servers of the test that runs: A is writable in epoch 1, and B follows it. A file's own `beforeEach` finds them running. `file` is a path below theirs. */
export function freshPair(): Pair & { file: (...names: string[]) => string } {
  const at: Place = place();
  const template = dataDirectory(at);
  const ca = authority(at);
  let files: Place;
  let pair: RealPair;
  beforeEach(async () => {
    files = place();
    pair = await realPair(files, template, ca);
  });
  afterEach(async () => {
    await pair.close();
    files.remove();
  });
  afterAll(() => at.remove());
  return {
    get a() {
      return pair.a;
    },
    get b() {
      return pair.b;
    },
    file: (...names) => files.path(...names),
  };
}

/** The databases of `pair` alone; a step that asks for anything else fails. */
export const portsOf = (pair: Pair): Ports =>
  ({
    database: (region: string) => (region === 'A' ? pair.a : pair.b).database,
    positions: mariadbPositions,
    now: Date.now,
    sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
  }) as unknown as Ports;
