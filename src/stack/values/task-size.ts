import { usageError } from '../../errors.ts';

/**
 * Memory in MiB that Fargate offers for each CPU size (1,024 is one vCPU): smallest, largest, step. ECS Developer
 * Guide, "Task CPU and memory".
 */
const SIZES: Record<string, { min: number; max: number; step: number }> = {
  256: { min: 512, max: 2048, step: 512 },
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
};

export const CPU_SIZES = Object.keys(SIZES);

/** @throws usage error (exit 2) where Fargate has no task of this size */
export function checkTaskSize(cpu: string, memory: string): void {
  const size = SIZES[cpu];
  const mib = Number(memory);
  const offered =
    size !== undefined &&
    mib >= size.min &&
    mib <= size.max &&
    // The smallest CPU skips 1,536.
    (cpu === '256' ? [512, 1024, 2048].includes(mib) : mib % size.step === 0);
  if (offered) return;
  const choice =
    size === undefined
      ? `--cpu is one of ${CPU_SIZES.join(', ')}`
      : cpu === '256'
        ? 'with --cpu 256, --memory is 512, 1024 or 2048'
        : `with --cpu ${cpu}, --memory is ${size.min} to ${size.max} in steps of ${size.step}`;
  throw usageError(`Fargate has no task with --cpu ${cpu} and --memory ${memory}`, [choice]);
}
