export interface TokenPrice {
  /** US dollars for a million tokens. */
  input: number;
  output: number;
  /** AWS's page that has the figure, and the day on which it was read there. */
  page: string;
  read: string;
}

/** The tables of models that quote these figures do not say when they read them. */
const UNDATED = 'undated';
const BEDROCK = 'https://aws.amazon.com/bedrock/pricing/';

/** Which profile a model is called through decides its price: one that keeps to a geography costs a tenth more. */
const PRICES: Record<string, TokenPrice> = {
  'global.amazon.nova-2-lite-v1:0': { input: 0.3, output: 2.5, page: BEDROCK, read: UNDATED },
  'us.amazon.nova-2-lite-v1:0': { input: 0.33, output: 2.75, page: BEDROCK, read: UNDATED },
  'eu.amazon.nova-2-lite-v1:0': { input: 0.33, output: 2.75, page: BEDROCK, read: UNDATED },
  'jp.amazon.nova-2-lite-v1:0': { input: 0.33, output: 2.75, page: BEDROCK, read: UNDATED },
  'global.anthropic.claude-haiku-4-5-20251001-v1:0': {
    input: 1,
    output: 5,
    page: BEDROCK,
    read: '2026-09-24',
  },
  'us.anthropic.claude-haiku-4-5-20251001-v1:0': {
    input: 1.1,
    output: 5.5,
    page: BEDROCK,
    read: '2026-09-24',
  },
};

/** @param model id or ARN of an inference profile; undefined for one without a known price */
export function tokenPrice(model: string): TokenPrice | undefined {
  const id = model.slice(model.lastIndexOf('/') + 1);
  return Object.hasOwn(PRICES, id) ? PRICES[id] : undefined;
}

/** What tokens cost in US dollars, without discounts; undefined where the model's price is not known. */
export function tokensUsd(model: string, tokens: { input: number; output: number }): number | undefined {
  const price = tokenPrice(model);
  if (price === undefined) return undefined;
  return (tokens.input * price.input + tokens.output * price.output) / 1e6;
}
