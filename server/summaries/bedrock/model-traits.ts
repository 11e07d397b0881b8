export interface ModelTraits {
  /** Context window, tokens: what goes in and comes out together. */
  window: number;
  /** Sent only where it is known to be taken: some models refuse requests that name one. */
  temperature?: number;
}

/** Low, so that a summary keeps to the text. */
const FAITHFUL = 0.2;

/** Windows as the vendors' model pages give them; the first line that matches counts. */
const FAMILIES: [RegExp, ModelTraits][] = [
  [/amazon\.nova-(2|premier)/, { window: 1_000_000, temperature: FAITHFUL }],
  [/amazon\.nova-micro/, { window: 128_000, temperature: FAITHFUL }],
  [/amazon\.nova/, { window: 300_000, temperature: FAITHFUL }],
  [/anthropic\.claude-(3|haiku)/, { window: 200_000, temperature: FAITHFUL }],
  [/anthropic\.claude/, { window: 200_000 }],
  [
    /(meta\.llama(3-[1-9]|4)|openai\.gpt-oss|mistral\.(mistral|pixtral)-large|deepseek\.)/,
    { window: 128_000 },
  ],
];

/** For models that nobody has heard of here; larger files are read in parts, which works with any window. */
const UNKNOWN: ModelTraits = { window: 32_000 };

/** What is known of a model, by its id, its inference profile's id or an ARN that holds one of them. */
export function traitsOf(modelId: string): ModelTraits {
  return FAMILIES.find(([pattern]) => pattern.test(modelId))?.[1] ?? UNKNOWN;
}

/** The name that answers carry: an ARN would tell the account. */
export function modelName(modelId: string): string {
  return modelId.startsWith('arn:') ? modelId.slice(modelId.indexOf('/') + 1) : modelId;
}
