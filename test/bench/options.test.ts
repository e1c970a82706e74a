import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figures } from '../../bench/figures';
import { withChanges } from '../../bench/sites';
import { benchOptions } from '../../bench/options';
import { readSite } from '../../src/config/load';

const namesOf = (argv: string[]) => benchOptions(argv).chosen.map(({ name }) => name);

describe('the options of the bench', () => {
  it('the bench measures every figure by default', () => {
    expect(namesOf([])).toEqual(figures.map(({ name }) => name));
    expect(benchOptions([])).toMatchObject({ json: false, list: false, fromClone: false });
  });

  it('the figures of --only are measured in the order that the lab needs', () => {
    expect(namesOf(['--only', 'reload, planned'])).toEqual(['planned', 'reload']);
  });

  it('an unknown figure is refused with the list of the known ones', () => {
    expect(() => benchOptions(['--only', 'planned,speed'])).toThrow(
      /no figure "speed"; the figures are drill, planned/,
    );
  });

  it('each figure has a unique name and says how it is measured', () => {
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    for (const { how } of figures) expect(how).toMatch(/^[A-Z\d].*\.$/);
  });
});

describe('changed copies of the shipped site', () => {
  const shipped = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');

  it('a changed copy of the shipped site is valid and differs only in the changed fields', () => {
    const original = readSite(shipped, 'lab');
    const copy = readSite(withChanges(shipped, { site: 'lab-01', automatic: false, mirrorEvery: '10m' }), 'lab-01');
    expect(copy.policy).toEqual({ ...original.policy, automatic: false, mirrorEveryMs: 600_000 });
    expect(copy.regions).toEqual(original.regions);
    expect(copy.vantages).toEqual(original.vantages);
  });

  it('a changed copy of the shipped site can have a longer TTL', () => {
    expect(readSite(withChanges(shipped, { ttlSeconds: 60 }), 'lab').dns.ttlSeconds).toBe(60);
  });

  it('a change of a field that the shipped site does not have is refused', () => {
    expect(() => withChanges('site: lab\n', { ttlSeconds: 60 })).toThrow('no dns.ttlSeconds to change');
  });
});
