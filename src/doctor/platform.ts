import type { Diagnosis } from './diagnosis.ts';
import { foundImage } from './image.ts';
import type { Patient } from './patient.ts';

/** Whether the image is for the processor that tasks run on. */
export const platform: Diagnosis<Patient> = {
  id: 'platform',
  title: 'platform of the image',
  needs: ['image'],
  async look(patient, signal) {
    const { architecture } = (await patient.definition())!;
    const { uri, platforms } = await foundImage(patient, signal);
    const wanted = architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
    if (platforms.includes(wanted)) return { state: 'good', seen: platforms.join(', ') };
    const other = platforms.find((each) => /^linux\/(amd|arm)64$/.test(each));
    return {
      state: 'broken',
      cause: 'image-platform',
      says: `the image is for ${platforms.join(', ') || 'no platform that it names'}, and tasks run on ${wanted}: they end with "exec format error"`,
      evidence: [`${uri}: ${platforms.join(', ') || 'none'}`, `task definition: ${architecture}`],
      remedy: [
        ...(other === undefined
          ? []
          : [`run tasks on what the image is for: mcp-s3 deploy --platform ${other} ${patient.place}`]),
        `build it again: mcp-s3 deploy --reset image-uri ${patient.place}`,
      ],
    };
  },
};
