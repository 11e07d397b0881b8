import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** The events of a finished answer, their data parsed; comments are in `comments`. */
export async function readEvents(response: Response) {
  const events: { event: string | undefined; data: Record<string, unknown> }[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: ({ event, data }: EventSourceMessage) => events.push({ event, data: JSON.parse(data) }),
    onComment: (comment: string) => comments.push(comment),
  });
  parser.feed(await response.text());
  return { events, comments };
}
