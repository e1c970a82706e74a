/** Which work in the queue goes first, and the reservations of work that was held back and will retry. */

export interface QueueEntry {
  /** Its priority as a number, 0 for the most urgent. */
  rank: number;
  /** Within a priority the earliest request goes first, however often it was held back. */
  order: number;
  /** How many permits must be free before it starts. */
  needs: number;
}
export type Reservation = QueueEntry & { untilMs: number };

/** Less than 0 when `one` goes before `other`. */
export const before = (one: QueueEntry, other: QueueEntry): number => one.rank - other.rank || one.order - other.order;

export class Reservations {
  private held: Reservation[] = [];

  get all(): readonly Reservation[] {
    return this.held;
  }

  add(reservation: Reservation): void {
    this.held.push(reservation);
  }

  /** The oldest of this priority, whichever work it was made for: a retry may reach another worker, and workers swap reservations evenly. */
  take(rank: number): QueueEntry | undefined {
    let oldest: Reservation | undefined;
    for (const one of this.held) if (one.rank === rank && (!oldest || before(one, oldest) < 0)) oldest = one;
    this.held = this.held.filter((one) => one !== oldest);
    return oldest;
  }

  /** How many permits are reserved ahead of `entry`. */
  ahead(entry: QueueEntry): number {
    return this.held.reduce((sum, one) => (before(one, entry) < 0 ? sum + one.needs : sum), 0);
  }

  expire(now: number): void {
    this.held = this.held.filter(({ untilMs }) => untilMs > now);
  }
}
