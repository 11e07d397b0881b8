import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('api-model.py', import.meta.url));

export interface AnswerCheck {
  /** As botocore calls it: `logs`. */
  service: string;
  operation: string;
  /** JSON, as the service sends it. */
  answer: object;
}

/**
 * What is wrong with answers of stand-ins by AWS's own model of its APIs, one text for each; empty where it fits.
 * @param python of MiniStack's environment, which has botocore
 */
export function complaints(python: string, checks: AnswerCheck[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [SCRIPT], (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout));
    });
    child.stdin!.end(JSON.stringify(checks));
  });
}
