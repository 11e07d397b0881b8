import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { runDev } from '../dev/run-dev.ts';
import { usageError } from '../errors.ts';
import type { TargetFlags } from '../settings/settings.ts';
import { hiding } from '../shared-flags.ts';

const limit = (description: string) =>
  Flags.integer({ description, min: 0, helpValue: 'NUMBER', helpGroup: 'LIMITS' });

export default class Dev extends BaseCommand<typeof Dev> {
  static override baseFlags = hiding('local', 'folder', 'endpoint');
  static override summary = 'Serve a folder as the bucket, on this machine.';
  static override description =
    'Starts the server with the same rules that the gateway has on AWS: REST and MCP at one address, an API key, rate limits and a daily quota. FOLDER becomes the local bucket of the stage, also for later commands; if none was ever named, it is a private folder of the stage. Ctrl-C stops it, after the requests in flight are finished.';
  static override examples = [
    '<%= config.bin %> dev ./notes',
    '<%= config.bin %> dev ./notes --port 9000 --prefixes public/,shared/',
    '<%= config.bin %> dev ./notes --model global.amazon.nova-2-lite-v1:0 --region eu-central-1',
    '<%= config.bin %> dev --bucket my-bucket --endpoint-url http://127.0.0.1:9000',
  ];
  static override args = { folder: Args.string({ description: 'folder to serve' }) };
  static override flags = {
    port: Flags.integer({
      description: 'port to listen on, 0 for any free one (default: 8080)',
      helpValue: 'PORT',
      min: 0,
      max: 65535,
    }),
    host: Flags.string({
      description: 'address to listen on (default: 127.0.0.1, which only this machine can reach)',
      helpValue: 'ADDRESS',
    }),
    bucket: Flags.string({ description: 'serve this S3 bucket instead of a folder', helpValue: 'NAME' }),
    model: Flags.string({
      description:
        'Bedrock model that writes the summaries: the id of an inference profile, such as global.amazon.nova-2-lite-v1:0 (default: extractive-1, embedded)',
      helpValue: 'ID',
    }),
    'endpoint-url': Flags.string({
      description: 'URL of the S3 server that has the bucket',
      helpValue: 'URL',
      dependsOn: ['bucket'],
    }),
    prefixes: Flags.string({
      description: 'serve only keys below these prefixes, separated by commas: docs/,reports/',
      helpValue: 'LIST',
      multiple: true,
      delimiter: ',',
    }),
    hidden: Flags.boolean({ description: 'also serve files whose names begin with a dot', allowNo: true }),
    'allow-writes': Flags.boolean({
      description: 'offer models a tool that writes files; without it they can only read',
      allowNo: true,
    }),
    auth: Flags.boolean({ description: 'require the API key', allowNo: true, default: true }),
    'rate-limit': limit('requests a second on the REST routes, 0 for no limit (default: 10)'),
    burst: limit('requests at once on the REST routes (default: 5)'),
    'mcp-rate-limit': limit('requests a second on /mcp, 0 for no limit (default: 50)'),
    'mcp-burst': limit('requests at once on /mcp (default: 20)'),
    quota: limit('requests a day for each key, 0 for no limit (default: 1000)'),
  };

  protected override readonly untilStopped = true;

  protected override targetFlags(): TargetFlags {
    const { folder = this.flags.folder } = this.args;
    if (folder === '') throw usageError('the name of the folder is empty');
    return { ...this.flags, local: true, folder };
  }

  protected async execute(): Promise<undefined> {
    const { flags } = this;
    await runDev(this.settings, this.context, {
      port: flags.port,
      host: flags.host,
      bucket: flags.bucket,
      model: flags.model,
      endpointUrl: flags['endpoint-url'],
      prefixes: flags.prefixes,
      hidden: flags.hidden,
      allowWrites: flags['allow-writes'],
      auth: flags.auth,
      limits: {
        rateLimit: flags['rate-limit'],
        burst: flags.burst,
        mcpRateLimit: flags['mcp-rate-limit'],
        mcpBurst: flags['mcp-burst'],
        quota: flags.quota,
      },
    });
  }
}
