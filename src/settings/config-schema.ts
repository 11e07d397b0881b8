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
  email: z.string().min(1).optional().describe('Address that alarms on AWS are mailed to'),
  imageUri: z.string().min(1).optional().describe('Container image to deploy instead of building one'),
  platform: z.enum(['linux/arm64', 'linux/amd64']).optional().describe('Platform of tasks and image'),
  allowedModels: z.array(z.string()).optional().describe('Models that callers may choose from'),
  cpu: z.int().optional().describe('CPU of a task: 256, 512, 1024 (one vCPU), 2048 or 4096'),
  memory: z.int().optional().describe('Memory of a task in MiB'),
  ha: z.boolean().optional().describe('Endpoints and tasks in two zones'),
  network: z.enum(['private', 'public-egress']).optional().describe('How tasks reach AWS'),
  minTasks: z.int().optional().describe('Tasks at least'),
  maxTasks: z.int().optional().describe('Tasks at most'),
  onDemandBase: z.int().optional().describe('Tasks that never run on Spot'),
  spotPercent: z.int().optional().describe('Share of the further tasks that run on Spot'),
  sleepAfter: z.string().optional().describe('Sleep after this long without a request, or "off"'),
  schedule: z
    .string()
    .optional()
    .describe('When the service runs: "mon-fri 07:00-19:00 Europe/Berlin", or "off"'),
  presummarize: z.enum(['on', 'off']).optional().describe('Summarize new files ahead of time'),
  presummarizeLimit: z.int().optional().describe('Files a day that are summarized ahead of time'),
  corsOrigin: z.string().optional().describe('Origin of web pages that may call the API'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  stage: stage.optional().describe('Stage that commands use when none is named'),
  stages: z.record(stage, stageSettings).default({}),
});

export type StageSettings = z.infer<typeof stageSettings>;
export type Config = z.infer<typeof configSchema>;
