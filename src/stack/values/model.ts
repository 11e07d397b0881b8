import { usageError } from '../../errors.ts';
import { readList } from './words.ts';

/** Ids of models and inference profiles, and their ARNs (Bedrock API Reference, `modelId` of Converse). */
const MODEL = /^(?:arn:aws(?:-[a-z]+)*:bedrock:[a-z0-9-]*:\d*:[a-z-]+\/)?[A-Za-z0-9][\w.:-]{0,255}$/;

/** The summarizer that is no model of Bedrock: it is part of the server, and needs no permission. */
export const EMBEDDED = 'extractive-1';

/** @throws usage error (exit 2) */
export function readModel(value: unknown, name: string): string {
  const text = String(value).trim();
  if (MODEL.test(text)) return text;
  throw usageError(`${name} ${JSON.stringify(value)} is no id of a model`, [
    `such as eu.amazon.nova-2-lite-v1:0, or ${EMBEDDED}, which needs none; see what there is: aws bedrock list-inference-profiles`,
  ]);
}

/** Models that callers may choose from, joined by commas. @throws usage error (exit 2) */
export function readModels(value: unknown, name: string): string {
  const models = readList(value);
  if (models.length === 0) {
    throw usageError(`${name} names no model`, ['to allow only the default: --reset allowed-models']);
  }
  return models.map((model) => readModel(model, name)).join(',');
}
