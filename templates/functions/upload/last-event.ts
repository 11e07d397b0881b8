/** The last event of a stream, its data parsed; undefined when it held none, or broke off within the data. */
export interface LastEvent {
  event: string;
  data: Record<string, unknown>;
}

/**
 * Reads a stream of server-sent events to its end and keeps the last one (WHATWG HTML, "Server-sent events", as far
 * as the service uses them: a line of `event` and one of `data`, comments between).
 */
export async function lastEvent(body: AsyncIterable<Uint8Array>): Promise<LastEvent | undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  let last: string | undefined;
  for await (const chunk of body) {
    const blocks = (pending + decoder.decode(chunk, { stream: true })).split('\n\n');
    pending = blocks.pop() ?? '';
    last = blocks.findLast((block) => block.startsWith('event:')) ?? last;
  }
  return last === undefined ? undefined : parseEvent(last);
}

function parseEvent(block: string): LastEvent | undefined {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  try {
    return { event: field('event') ?? '', data: JSON.parse(field('data') ?? '') };
  } catch {
    return undefined;
  }
}
