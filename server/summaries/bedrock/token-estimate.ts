/**
 * UTF-8 bytes that make a token, on the safe side. There is no tokenizer here: each model has its own, and only
 * the model's count, which comes with its answer, is exact. Current tokenizers take 4 to 5 bytes of English prose,
 * 3 to 4 of code, about 3 (one character) of Chinese; digits and encoded data can need a token for 1.5 bytes.
 * What is estimated too low is caught elsewhere: chunks leave room in the window, a chunk that proves too long is
 * split, and the token cap corrects itself by the model's counts.
 */
const BYTES_PER_TOKEN = 3;

/** Tokens of a text, estimated; rather too many than too few for prose. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
