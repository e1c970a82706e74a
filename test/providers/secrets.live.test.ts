import { vendorKinds } from '../../lab/loopback/zone-servers';
import { hitsIn } from '../../lab/leaks/canaries';
import { driveCli } from '../../lab/leaks/cli';
import { Outputs } from '../../lab/leaks/outputs';
import { driveLasting, driveVendor } from '../../lab/leaks/vendors';

describe('nothing that comes out holds a credential', () => {
  it.each(['powerdns', 'rfc2136'] as const)('of a real %s', async (kind) => {
    const outputs = new Outputs();
    const { canaries, endings } = await outputs.printed(() => driveVendor(outputs, kind, 'one'));
    expect(endings).toEqual(['completed', 'rolled-back', 'rolled-back', 'completed', 'rolled-back']);
    expect(canaries).toHaveLength(1);
    expect(hitsIn(outputs.all, canaries)).toEqual([]);
  });

  it('of vendors that do not answer in time', async () => {
    const outputs = new Outputs();
    const driven = await outputs.printed(() => Promise.all(vendorKinds.map((kind) => driveLasting(outputs, kind))));
    expect(driven.map(({ endings }) => endings.length)).toEqual(vendorKinds.map(() => 4));
    for (const { canaries } of driven) expect(hitsIn(outputs.all, canaries)).toEqual([]);
  });

  it('of the command line', async () => {
    const outputs = new Outputs();
    const canaries = await driveCli(outputs);
    expect(outputs.all.filter(({ text }) => text.includes('Temporal does not answer'))).toHaveLength(3);
    expect(hitsIn(outputs.all, canaries)).toEqual([]);
  });
});
