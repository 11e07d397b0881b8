import { ACCESS_DENIED } from '../../aws/aws-error.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { findRole, servicesWithRole } from '../../aws/iam.ts';
import { oidcProviders } from '../../aws/oidc-providers.ts';
import { listBuckets } from '../../aws/s3-buckets.ts';
import { CliError } from '../../errors.ts';
import { ACCOUNT_ROLE, SERVICES_WITH_ROLE } from '../account-wide.ts';
import type { Belongings } from './belongings.ts';

/** Something that is left where it is. */
export interface Stay {
  /** With the reason. */
  text: string;
  costs: boolean;
}

const GITHUB = 'token.actions.githubusercontent.com';

/** What is left in the account because others may use it, or because it was asked for. */
export async function findStays(
  connection: RegionalConnection,
  { stage, app, bootstrap }: Belongings,
  keepBucket: boolean,
  signal: AbortSignal,
): Promise<Stay[]> {
  const own = app?.buckets.map(({ name }) => name) ?? [];
  const kept = keepBucket
    ? own.map((name) => costly(`bucket ${name} with everything in it, as you said`))
    : [];
  const taken = [app, bootstrap].flatMap((parts) => parts?.taken ?? []);
  return [
    ...kept,
    ...taken.map((name) =>
      free(`bucket ${name}: the stage's own is gone, and this one belongs to another account`),
    ),
    ...(await ifAllowed('buckets of earlier deployments', async () => {
      const others = await earlierBuckets(connection, stage, own, signal);
      return others.map((name) => costly(`bucket ${name} of an earlier deployment, which was kept`));
    })),
    ...(await ifAllowed(`the role ${ACCOUNT_ROLE}`, async () => {
      const role = await findRole(connection, ACCOUNT_ROLE, signal);
      const why = "API Gateway's permission to write logs, of all APIs of the account";
      return role === undefined ? [] : [free(`role ${ACCOUNT_ROLE}: ${why}`)];
    })),
    ...(await ifAllowed('service-linked roles', async () => {
      const there = await servicesWithRole(connection, signal);
      const names = Object.keys(SERVICES_WITH_ROLE).filter((service) => there.has(service));
      if (names.length === 0) return [];
      const services = names.map((service) => SERVICES_WITH_ROLE[service]).join(', ');
      return [free(`service-linked roles of ${services}: whatever else runs in the account needs them`)];
    })),
    ...(await ifAllowed('OIDC providers', async () => {
      const providers = await oidcProviders(connection, signal);
      const why = 'other repositories may sign in by it';
      return providers.includes(GITHUB) ? [free(`OIDC provider ${GITHUB}: ${why}`)] : [];
    })),
  ];
}

/** Buckets that a stack of the stage made, and that belong to none any more. */
async function earlierBuckets(
  connection: RegionalConnection,
  stage: string,
  own: string[],
  signal: AbortSignal,
): Promise<string[]> {
  // CloudFormation names a bucket by its stack and its logical id, and puts letters and digits behind.
  const prefix = `mcp-${stage}-bucket-`;
  const found = await listBuckets(connection, prefix, signal);
  return found.filter((name) => /^[a-z0-9]+$/.test(name.slice(prefix.length)) && !own.includes(name));
}

/** This list helps; without it nothing is lost. */
async function ifAllowed(what: string, look: () => Promise<Stay[]>): Promise<Stay[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CliError && error.code === ACCESS_DENIED) {
      return [free(`${what}, should there be any: these credentials may not look`)];
    }
    throw error;
  }
}

function free(text: string): Stay {
  return { text, costs: false };
}

function costly(text: string): Stay {
  return { text, costs: true };
}
