import type { RegionalConnection } from '../../aws/connection.ts';
import { deleteImages, listImages } from '../../aws/ecr-images.ts';
import { failed } from '../../errors.ts';

/** Deletes every image of a repository, those of an index after the index. Returns how many. */
export async function removeImages(
  connection: RegionalConnection,
  repository: string,
  signal: AbortSignal,
): Promise<number> {
  let gone = 0;
  for (;;) {
    const digests = await listImages(connection, repository, signal);
    if (digests.length === 0) return gone;
    const kept = await deleteImages(connection, repository, digests, signal);
    if (kept >= digests.length) {
      throw failed('images_kept', `ECR does not delete the images of ${repository}`, [
        'try again in a minute',
        `see them: aws ecr list-images --repository-name ${repository} --region ${connection.region}`,
      ]);
    }
    gone += digests.length - kept;
  }
}
