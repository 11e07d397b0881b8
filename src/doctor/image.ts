import { CliError, EXIT } from '../errors.ts';
import { EcrRegistry } from '../image/ecr-registry.ts';
import { HttpRegistry } from '../image/http-registry.ts';
import { ecrOf, parseReference } from '../image/reference.ts';
import { platformsOf } from '../image/registry.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The image that tasks start from: its URI, whether the registry has it, and for which platforms. */
export const image: Diagnosis<Patient> = {
  id: 'image',
  title: 'image in its registry',
  needs: ['definition'],
  async look(patient, signal) {
    const task = (await patient.definition())!;
    const uri = task.containers[0]?.image ?? '';
    const remedy = [`build and deploy it again: mcp-s3 deploy --reset image-uri ${patient.place}`];
    let at: ReturnType<typeof parseReference>;
    try {
      at = parseReference(uri);
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.usage) throw error;
      return broken(
        'image-uri',
        `the task definition names no image that can be pulled: ${JSON.stringify(uri)}`,
        uri,
        remedy,
      );
    }
    const ecr = ecrOf(at.registry);
    const { connection } = patient;
    const registry =
      ecr === undefined
        ? new HttpRegistry(at, connection.dispatcher)
        : new EcrRegistry(
            { ...connection, region: ecr.region },
            { account: ecr.account, name: at.repository },
          );
    const manifest = await registry.manifest(at.digest ?? at.tag ?? 'latest', signal);
    if (manifest === undefined) {
      return broken(
        'image-missing',
        `the registry has no image ${uri}: no new task can start`,
        `${at.registry}/${at.repository}: no ${at.digest ?? at.tag ?? 'latest'}`,
        remedy,
      );
    }
    const platforms = await platformsOf(registry, manifest, signal);
    const platform = task.architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
    if (!platforms.includes(platform)) {
      return broken(
        'image-platform',
        `the image is for ${platforms.join(', ') || 'no platform that it names'}, and tasks run on ${platform}: they end with "exec format error"`,
        `${uri}: ${platforms.join(', ')}; task definition: ${task.architecture}`,
        [
          ...(platforms.includes('linux/amd64') || platforms.includes('linux/arm64')
            ? [
                `run tasks on what the image is for: mcp-s3 deploy --platform ${platforms.find((p) => /^linux\/(amd|arm)64$/.test(p))} ${patient.place}`,
              ]
            : []),
          ...remedy,
        ],
      );
    }
    return { state: 'good', seen: `${manifest.digest} for ${platforms.join(', ')}` };
  },
};

function broken(cause: string, says: string, evidence: string, remedy: string[]): Finding {
  return { state: 'broken', cause, says, evidence: [evidence], remedy };
}
