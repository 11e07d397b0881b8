import { createHash } from 'node:crypto';
import type { LogEvent } from '../../aws/logs.ts';

/**
 * What a follower has shown already. The same event can come from a query, which gives its id, and from the live
 * tail, which does not: the two are matched by content, one to one, so that two equal lines of one millisecond stay
 * two.
 */
export class SeenEvents {
  /** Times by id, of events that came by a query. */
  private readonly ids = new Map<string, number>();
  /** By content: how many came by the live tail (above 0) or by a query (below 0) and not yet by the other. */
  private readonly lead = new Map<string, { time: number; count: number }>();

  /** Of a query's events those that are new. */
  polled(events: LogEvent[]): LogEvent[] {
    return events.filter((event) => {
      if (event.id !== undefined) {
        if (this.ids.has(event.id)) return false;
        this.ids.set(event.id, event.time);
      }
      return this.shift(event, -1) < 0;
    });
  }

  /** Of the live tail's events those that are new. */
  tailed(events: LogEvent[]): LogEvent[] {
    return events.filter((event) => this.shift(event, 1) > 0);
  }

  /** Forgets what is older than this time, in milliseconds since the epoch: nobody will ask for it again. */
  forget(before: number): void {
    for (const [id, time] of this.ids) if (time < before) this.ids.delete(id);
    for (const [key, { time }] of this.lead) if (time < before) this.lead.delete(key);
  }

  private shift({ stream, time, message }: LogEvent, by: number): number {
    const key = createHash('sha1').update(`${stream}\n${time}\n${message}`).digest('base64');
    const lead = this.lead.get(key) ?? { time, count: 0 };
    lead.count += by;
    if (lead.count === 0) this.lead.delete(key);
    else this.lead.set(key, lead);
    return lead.count;
  }
}
