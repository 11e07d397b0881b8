import { ACCESS_DENIED } from '../../aws/aws-error.ts';
import type { Stack } from '../../aws/cloudformation.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import type { Identity } from '../../aws/identity.ts';
import { CliError, EXIT } from '../../errors.ts';
import type { Parameters } from '../../stack/deploy-settings.ts';

/** What the looks before a deployment start from. */
export interface Look {
  connection: RegionalConnection;
  identity: Identity;
  stage: string;
  /** As it stands; undefined where the deployment creates it. */
  stack: Stack | undefined;
  /** Values as they will be, as far as they are known without looking. */
  planned: Parameters;
  signal: AbortSignal;
}

/** Something that the deployment does by itself, because no stack does. */
export interface Work {
  title: string;
  run(signal: AbortSignal): Promise<void>;
}

/** Something of the account that is made before the stacks: "role by which API Gateway writes logs". */
export type Preparation = Work;

/** What a look found. */
export interface Findings {
  /** Parameters that it decides. */
  facts?: Parameters;
  warnings?: string[];
  preparations?: Preparation[];
  /** Of a stack that stands: what a change of it would not do. */
  repairs?: Work[];
}

/** One look at the account. What it throws stands in the way of the deployment. */
export type Check = (look: Look) => Promise<Findings>;

/**
 * A look that the deployment can do without: where these credentials may not look, or AWS does not answer, it says so
 * and goes on.
 * @param what "the quotas of the account"
 */
export async function ifAllowed(what: string, check: () => Promise<Findings>): Promise<Findings> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.code === ACCESS_DENIED) {
      const needs = / may not do (\S+)/.exec(error.message)?.[1];
      return { warnings: [`could not look at ${what}: needs ${needs ?? 'another permission'}`] };
    }
    if (error.exitCode !== EXIT.unfinished && error.code !== 'aws_refused') throw error;
    return { warnings: [`could not look at ${what}: ${error.message}`] };
  }
}
