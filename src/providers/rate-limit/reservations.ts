/** Places in a line, and those that are kept for work which was sent away and will come back. */

export interface Place {
  rank: number;
  /** In a rank, whoever asked first goes first, however often it was sent away. */
  order: number;
  /** There must be room for so many requests before it begins. */
  needs: number;
}
export type Reservation = Place & { untilMs: number };

/** Less than 0 when `one` goes before `other`. */
export const before = (one: Place, other: Place): number => one.rank - other.rank || one.order - other.order;

export class Reservations {
  private kept: Reservation[] = [];

  get all(): readonly Reservation[] {
    return this.kept;
  }

  add(reservation: Reservation): void {
    this.kept.push(reservation);
  }

  /** The oldest of `rank`, whoever it was made for: workers get each other's in equal parts. */
  take(rank: number): Place | undefined {
    let oldest: Reservation | undefined;
    for (const one of this.kept) if (one.rank === rank && (!oldest || before(one, oldest) < 0)) oldest = one;
    this.kept = this.kept.filter((one) => one !== oldest);
    return oldest;
  }

  /** How many requests are reserved before `place`. */
  ahead(place: Place): number {
    return this.kept.reduce((sum, one) => (before(one, place) < 0 ? sum + one.needs : sum), 0);
  }

  forget(now: number): void {
    this.kept = this.kept.filter(({ untilMs }) => untilMs > now);
  }
}
