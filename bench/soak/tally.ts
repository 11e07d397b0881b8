const KEPT = 20;

/** What became of the requests, by kind. */
export class Tally {
  /** How often each outcome was, such as `read_file: done`. */
  readonly outcomes = new Map<string, number>();
  /** The first that the contract does not allow. */
  readonly broken: string[] = [];
  brokenCount = 0;

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  breach(what: string): void {
    this.brokenCount++;
    if (this.broken.length < KEPT) this.broken.push(what);
  }

  get total(): number {
    return [...this.outcomes.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Requests whose outcome ends so. */
  ending(end: string): number {
    return [...this.outcomes]
      .filter(([outcome]) => outcome.endsWith(end))
      .reduce((sum, [, count]) => sum + count, 0);
  }
}
