/** Bedrock's model where nobody names one: cheap, quick, made for tools, with a window of a million tokens. */
export const DEFAULT_MODEL = { id: 'amazon.nova-2-lite', name: 'Nova 2 Lite' };
