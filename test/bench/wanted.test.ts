import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figures } from '../../bench/figures';
import { changed } from '../../bench/sites';
import { wantedBy } from '../../bench/wanted';
import { readSite } from '../../src/config/load';

const namesOf = (argv: string[]) => wantedBy(argv).chosen.map(({ name }) => name);

describe('what a person may ask of the bench', () => {
  it('everything, when nothing is said', () => {
    expect(namesOf([])).toEqual(figures.map(({ name }) => name));
    expect(wantedBy([])).toMatchObject({ json: false, list: false, fromClone: false });
  });

  it('some figures, measured in the order that the lab needs', () => {
    expect(namesOf(['--only', 'reload, planned'])).toEqual(['planned', 'reload']);
  });

  it('a figure that there is not is refused with those that there are', () => {
    expect(() => wantedBy(['--only', 'planned,speed'])).toThrow(/no figure "speed"; the figures are drill, planned/);
  });

  it('each figure has a name of its own and says how it was measured', () => {
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    for (const { how } of figures) expect(how).toMatch(/^[A-Z\d].*\.$/);
  });
});

describe('copies of the shipped site', () => {
  const shipped = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');

  it('are valid sites that differ only where they were told to, so that the thresholds are those that ship', () => {
    const original = readSite(shipped, 'lab');
    const copy = readSite(changed(shipped, { site: 'lab-01', automatic: false, mirrorEvery: '10m' }), 'lab-01');
    expect(copy.policy).toEqual({ ...original.policy, automatic: false, mirrorEveryMs: 600_000 });
    expect(copy.regions).toEqual(original.regions);
    expect(copy.vantages).toEqual(original.vantages);
  });

  it('can have a longer TTL', () => {
    expect(readSite(changed(shipped, { ttlSeconds: 60 }), 'lab').dns.ttlSeconds).toBe(60);
  });

  it('never gain a field that the shipped site has not', () => {
    expect(() => changed('site: lab\n', { ttlSeconds: 60 })).toThrow('no dns.ttlSeconds to change');
  });
});
