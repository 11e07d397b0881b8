import { z } from 'zod';
import { isStageName, STAGE_RULE } from './stage-name.ts';

const rate = z.number().min(0);

const stage = z.string().refine(isStageName, STAGE_RULE);

/** Settings of one stage in `mcp-s3.json`. Unknown fields are errors, so that a typing mistake is seen. Never secrets. */
export const stageSettings = z.strictObject({
  local: z.boolean().optional().describe('Use this machine instead of AWS'),
  folder: z.string().min(1).optional().describe('Folder that is the local bucket, relative to this file'),
  endpoint: z.url().optional().describe('URL of a deployed service, used instead of AWS'),
  profile: z.string().min(1).optional().describe('AWS profile'),
  region: z.string().min(1).optional().describe('AWS region'),
  model: z.string().min(1).optional().describe('Bedrock model, inference profile or ARN'),
  host: z.string().min(1).optional().describe('Address that dev listens on'),
  port: z.int().min(0).max(65535).optional().describe('Port that dev listens on'),
  prefixes: z.array(z.string()).optional().describe('Serve only keys below these prefixes'),
  hidden: z.boolean().optional().describe('Serve files whose names begin with a dot'),
  allowWrites: z.boolean().optional().describe('Offer models a tool that writes files'),
  rateLimit: rate.optional().describe('Requests a second on the REST routes'),
  burst: rate.optional().describe('Requests at once on the REST routes'),
  mcpRateLimit: rate.optional().describe('Requests a second on /mcp'),
  mcpBurst: rate.optional().describe('Requests at once on /mcp'),
  quota: z.int().min(0).optional().describe('Requests a day for each key'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  stage: stage.optional().describe('Stage that commands use when none is named'),
  stages: z.record(stage, stageSettings).default({}),
});

export type StageSettings = z.infer<typeof stageSettings>;
export type Config = z.infer<typeof configSchema>;
