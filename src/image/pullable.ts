import { failed } from '../errors.ts';
import { ecrOf, parseReference } from './reference.ts';

/** Where tasks run, as far as it decides what they can pull. */
export interface PullingFrom {
  account: string;
  region: string;
  /** No way to the internet: endpoints lead to this region's ECR alone. */
  privateNetwork: boolean;
}

/**
 * Makes sure that tasks can pull an image that was given. Whoever deploys may well be able to where they cannot, and
 * tasks that try hang for minutes, one after the other.
 * @throws failed (exit 1) where their role, or their network, keeps it from them
 */
export function mustBePullable(uri: string, { account, region, privateNetwork }: PullingFrom): void {
  const { registry } = parseReference(uri);
  const ecr = ecrOf(registry);
  const copy = `copy it to a repository of ECR in this account, in ${region}`;
  if (ecr !== undefined && ecr.account !== account) {
    throw failed(
      'not_pullable',
      `tasks could not pull ${uri}: it is of account ${ecr.account}, and their role reads repositories of ${account} alone`,
      [copy],
    );
  }
  if (!privateNetwork || ecr?.region === region) return;
  throw failed(
    'not_pullable',
    `tasks could not pull ${uri}: they have no way to the internet, and reach ECR in ${region} alone`,
    [copy, 'or let tasks out to the internet, which costs less, too: --network public-egress'],
  );
}
