/** Copies of uploads that fail: somebody hears of it once, and that it is over. */
import type { MonitorState } from '../../src/workflows/monitoring/monitor-state';
import { noteMirror } from '../../src/workflows/monitoring/mirror-media';

type State = Pick<MonitorState, 'untold' | 'unmirroredSince'>;
const told = ({ untold = [] }: State) => untold.map(({ key, status, severity }) => [key, status, severity]);

test('a copy that fails is told once, and its end with the same key', () => {
  const state: State = {};
  expect(noteMirror('shop', state, 'Connection timed out.', 0)).toBe(true);
  expect(noteMirror('shop', state, 'No route to host.', 600_000)).toBe(false);
  expect(noteMirror('shop', state, undefined, 1_200_000)).toBe(true);
  const key = 'shop/uploads/1970-01-01T00:00:00.000Z';
  expect(told(state)).toEqual([
    [key, undefined, 'warning'],
    [key, 'resolved', 'info'],
  ]);
  expect(state.untold?.[0]?.summary).toBe(
    'shop: uploads are not copied to the standby, so an outage would take the new ones: Connection timed out.',
  );
});

test('copies that succeed are no news', () => {
  const state: State = {};
  expect(noteMirror('shop', state, undefined, 0)).toBe(false);
  expect(state).toEqual({});
});
