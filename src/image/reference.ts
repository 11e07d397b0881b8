import { usageError } from '../errors.ts';

/** Where an image is. */
export interface ImageReference {
  /** Host, with a port where it has one. */
  registry: string;
  repository: string;
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

/** Account and region of an ECR registry's host name ("Amazon ECR private registry", its user guide). */
const ECR =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.(?:aws|amazonwebservices\.com\.cn))$/;

const REFERENCE =
  /^(?<registry>[a-zA-Z0-9.-]+(?::\d+)?)\/(?<repository>[a-z0-9]+(?:[._/-][a-z0-9._-]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Reads `registry/repository[:tag][@sha256:…]`. Throws a usage error for anything else, also without a registry. */
export function parseReference(uri: string): ImageReference {
  const { registry, repository, tag, digest } = REFERENCE.exec(uri)?.groups ?? {};
  if (registry === undefined || repository === undefined || !/[.:]|^localhost$/.test(registry)) {
    throw usageError(`${JSON.stringify(uri)} is no image URI`, [
      'it begins with a registry, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/mcp-dev@sha256:…',
    ]);
  }
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Account and region of a registry of ECR; undefined for another one. */
export function ecrOf(registry: string): { account: string; region: string } | undefined {
  const [, account, region] = ECR.exec(registry) ?? [];
  return account === undefined ? undefined : { account, region: region! };
}

/** The registry's own machine: what is spoken there needs no TLS. */
export function isLoopback(registry: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry);
}
