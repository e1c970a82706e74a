/** How far a monitor may act by itself. Without a mode it does what the site file allows. */

export const modes = ['observe', 'approve', 'auto'] as const;

/** `observe`: it changes nothing and says what it would do. `approve`: it asks before each move. `auto`: it moves by itself. */
export type Mode = (typeof modes)[number];

export const isMode = (word: string): word is Mode => modes.some((mode) => mode === word);

/** A person set it. `since`: milliseconds since the epoch. */
export interface ModeSetting {
  mode: Mode;
  by: string;
  because: string;
  since: number;
}

const meaning: Record<Mode, string> = {
  observe: 'the monitor changes nothing and says what it would do',
  approve: 'the monitor asks before each move',
  auto: 'the monitor moves the shop by itself',
};

/** `Mode observe since 2026-12-01T06:00Z by ines: why. That is: the monitor changes nothing.` */
export function modeSentence(setting: ModeSetting | undefined): string {
  if (!setting) return 'No mode was set: policy.automatic of the site file decides whether the monitor moves the shop.';
  const { mode, by, because, since } = setting;
  const at = new Date(since).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
  return `Mode ${mode} since ${at} by ${by}: ${because} (${meaning[mode]}).`;
}
