/** What the server answers to one call. See README.md. */
export type Answer = Reply | Refusal | { silent: true };

export type ContentBlock =
  | { text: string | string[] }
  | { toolUse: { toolUseId: string; name: string; input: unknown } }
  | { reasoning: string };

export interface Reply {
  text?: string | string[];
  content?: ContentBlock[];
  stopReason?: string;
  usage?: { inputTokens: number; outputTokens: number } | null;
  /** Breaks the stream after so many pieces of content. */
  after?:
    | { pieces: number; exception: string; message?: string }
    | { pieces: number; end: true }
    | { pieces: number; cut: true };
  /** The stream waits for the promise after so many pieces; after none: the first token waits. */
  pause?: { pieces: number; until: Promise<unknown> } | undefined;
}

export interface Refusal {
  refusal: { type: string; status: number; message: string; headers: Record<string, string> };
}

export function refusal(
  type: string,
  status: number,
  message = 'refused by the test server',
  headers: Record<string, string> = {},
): Refusal {
  return { refusal: { type, status, message, headers } };
}

export function throttled(headers: Record<string, string> = {}): Refusal {
  return refusal('ThrottlingException', 429, 'Too many requests, please wait before trying again.', headers);
}

/** One piece of a streamed answer, as the events of ConverseStream have it. */
export interface Piece {
  block: number;
  delta: object;
}

/** The content of an answer as blocks, and each block in pieces. */
export function piecesOf(reply: Reply): { blocks: ContentBlock[]; pieces: Piece[] } {
  const blocks = reply.content ?? [{ text: reply.text ?? '' }];
  const pieces = blocks.flatMap((content, block) => deltasOf(content).map((delta) => ({ block, delta })));
  return { blocks, pieces };
}

function deltasOf(content: ContentBlock): object[] {
  if ('toolUse' in content) {
    // In pieces that break words, as models send them.
    const json = JSON.stringify(content.toolUse.input);
    return (json.match(/.{1,7}/gsu) ?? []).map((input) => ({ toolUse: { input } }));
  }
  if ('reasoning' in content) return [{ reasoningContent: { text: content.reasoning } }];
  const texts = Array.isArray(content.text) ? content.text : (content.text.match(/\s*\S+\s*$|\s*\S+/g) ?? []);
  return texts.map((text) => ({ text }));
}

/** Tokens for answers that do not say: a plausible number that depends on the text alone. */
export function usageOf(reply: Reply, promptLength: number): { inputTokens: number; outputTokens: number } {
  if (reply.usage) return reply.usage;
  const written = JSON.stringify(reply.content ?? reply.text ?? '').length;
  return { inputTokens: Math.ceil(promptLength / 4), outputTokens: Math.ceil(written / 4) };
}
