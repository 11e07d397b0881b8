/** Takes the first bytes of a stream, at least `bytes` of them unless it is shorter, and hands on the rest. */
export async function peek(
  source: AsyncIterable<Buffer>,
  bytes: number,
): Promise<{ first: Buffer; complete: boolean; rest: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  let complete = false;
  while (length < bytes) {
    const { value, done } = await iterator.next();
    if (done) {
      complete = true;
      break;
    }
    chunks.push(value);
    length += value.length;
  }
  const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => iterator };
  return { first: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), complete, rest };
}
