/** The settings of one region's shop; the same shape in a survey, a plan and on the host. */
// A type, not an interface: only types are JSON to the compiler.
export type ShopSettings = {
  role: 'primary' | 'standby';
  epoch: number;
  /** Absent where the shop has no table. */
  tableRegion?: string;
  scheduler: 'on' | 'off';
};
