import { ACCESS_DENIED } from '../../aws/aws-error.ts';
import { CliError, EXIT } from '../../errors.ts';

/** By AWS, and by the service where its key is refused. */
const NOT_ALLOWED = [ACCESS_DENIED, 'forbidden'];

/**
 * Looks at several things at once. What may not be looked at, or does not answer now, is missing in the result, with
 * the reason beside it: the others are told nevertheless. Credentials that are no good at all fail it.
 */
export class Looks {
  /** `tasks: these credentials may not do ecs:DescribeServices`. */
  readonly missed: string[] = [];

  async at<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.exitCode === EXIT.interrupted) throw error;
      if (error.exitCode === EXIT.credentials && !NOT_ALLOWED.includes(error.code)) throw error;
      this.missed.push(`${what}: ${error.message}`);
      return undefined;
    }
  }
}
