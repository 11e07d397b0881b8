import { CliError, EXIT } from '../errors.ts';
import { EcrRegistry } from '../image/ecr-registry.ts';
import { HttpRegistry } from '../image/http-registry.ts';
import { ecrOf, parseReference } from '../image/reference.ts';
import { platformsOf } from '../image/registry.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** What a registry knows of the image that tasks start from. */
export interface FoundImage {
  uri: string;
  /** Undefined where the registry has no such image. */
  digest: string | undefined;
  platforms: string[];
}

/** The image that tasks start from: whether its URI is one, and the registry has it. */
export const image: Diagnosis<Patient> = {
  id: 'image',
  title: 'image in its registry',
  needs: ['definition'],
  async look(patient, signal) {
    const remedy = [`build and deploy it again: mcp-s3 deploy --reset image-uri ${patient.place}`];
    const uri = await imageUri(patient);
    try {
      parseReference(uri);
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.usage) throw error;
      return {
        state: 'broken',
        cause: 'image-uri',
        says: `the task definition names no image that can be pulled: ${JSON.stringify(uri)}`,
        evidence: [(await patient.definition())!.arn],
        remedy,
      };
    }
    const { digest } = await foundImage(patient, signal);
    if (digest !== undefined) return { state: 'good', seen: digest };
    const { registry, repository, tag, digest: wanted } = parseReference(uri);
    return {
      state: 'broken',
      cause: 'image-missing',
      says: `the registry has no image ${uri}: no new task can start`,
      evidence: [`${registry}/${repository}: no ${wanted ?? tag ?? 'latest'}`],
      remedy,
    };
  },
};

/** Asks the registry, once. */
export function foundImage(patient: Patient, signal: AbortSignal): Promise<FoundImage> {
  return patient.once('image', async () => {
    const { connection } = patient;
    const uri = await imageUri(patient);
    const at = parseReference(uri);
    const ecr = ecrOf(at.registry);
    const registry =
      ecr === undefined
        ? new HttpRegistry(at, connection.dispatcher)
        : new EcrRegistry(
            { ...connection, region: ecr.region },
            { account: ecr.account, name: at.repository },
          );
    const manifest = await registry.manifest(at.digest ?? at.tag ?? 'latest', signal);
    if (manifest === undefined) return { uri, digest: undefined, platforms: [] };
    return { uri, digest: manifest.digest, platforms: await platformsOf(registry, manifest, signal) };
  });
}

async function imageUri(patient: Patient): Promise<string> {
  return (await patient.definition())!.containers[0]?.image ?? '';
}
