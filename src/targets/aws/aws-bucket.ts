import type { FileStore } from '../../../server/app.ts';
import { awsError, credentialsProblem, isDenied } from '../../aws/aws-error.ts';
import { clientConfig, type RegionalConnection } from '../../aws/connection.ts';
import { CliError } from '../../errors.ts';
import { storeUpload } from '../store-upload.ts';
import type { UploadFile, UploadOptions, UploadResult } from '../target.ts';

/** The stage's bucket, to which files go directly: the service has no part in it. */
export class AwsBucket {
  private readonly connection: RegionalConnection;
  private readonly name: string;
  private readonly owner: string;
  private opened: Promise<FileStore> | undefined;

  /** @param owner account that the bucket was made in: one of this name that somebody else made since is not ours */
  constructor(connection: RegionalConnection, name: string, owner: string) {
    this.connection = connection;
    this.name = name;
    this.owner = owner;
  }

  /** Puts one file: whole, or not at all. */
  async upload(file: UploadFile, options: UploadOptions): Promise<UploadResult> {
    const attempt = { verb: 'store', key: file.key, operation: 'PutObject' };
    return storeUpload(await this.store(), file, options, (error) => this.explained(error, attempt));
  }

  /** Takes one file out; one that is not there is no error. */
  async remove(key: string): Promise<void> {
    try {
      await (await this.store()).delete(key);
    } catch (error) {
      throw this.explained(error, { verb: 'delete', key, operation: 'DeleteObject' });
    }
  }

  private store(): Promise<FileStore> {
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<FileStore> {
    const { openStore } = await import('../../../server/app.ts');
    const { region } = this.connection;
    const { credentials, requestHandler, endpoint } = clientConfig(this.connection, 'S3');
    return openStore({
      kind: 's3',
      bucket: this.name,
      owner: this.owner,
      region,
      requestHandler,
      ...(credentials === undefined ? {} : { credentials }),
      // Behind an endpoint of one's own a bucket is no host name.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    });
  }

  /** What S3 said, where it is about credentials, permissions or the network, and not about the file. */
  private explained(error: unknown, { verb, key, operation }: Attempt): unknown {
    const cause = (error as { cause?: unknown }).cause;
    const { profile, region } = this.connection;
    const call = { service: 'S3', action: `s3:${operation}`, profile, region };
    if (cause === undefined || !(isDenied(cause) || credentialsProblem(cause, call) !== undefined))
      return error;
    const known = awsError(cause, call);
    if (!(known instanceof CliError)) return error;
    const { exitCode, code, message, suggestions } = known;
    const words = `cannot ${verb} ${JSON.stringify(key)}: ${message}`;
    return new CliError(exitCode, code, words, { suggestions, cause });
  }
}

interface Attempt {
  verb: string;
  key: string;
  operation: string;
}
