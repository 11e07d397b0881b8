import { ServiceError } from '../../errors.ts';

/** The error code of a failed system call, such as `ENOENT`. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** No file can be opened there: nothing is, or a file, a link, a socket or a name that cannot be is in the way. */
export function isMissing(error: unknown): boolean {
  const codes = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENODEV', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'];
  return codes.includes(errno(error) ?? '');
}

/** The file system cannot hold a file of this name in this place: such keys live in the overlay. */
export function isBlocked(error: unknown): boolean {
  const codes = ['ENOTDIR', 'ELOOP', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'];
  return codes.includes(errno(error) ?? '');
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied: give the user that runs the server access to it',
  EPERM: 'the operating system does not permit it: check owner, flags and mount options',
  EROFS: 'the folder is on a read-only file system',
  EMFILE: 'too many open files: raise the limit (ulimit -n) or send fewer requests at once',
  ENFILE: 'the system has too many open files',
  EFBIG: 'the file is larger than the file system or the limit of the process allows',
  EIO: 'the disk reports an input/output error',
  EXDEV: 'its folder is on another file system than the bucket: files can be read there but not written',
  ESTALE: 'the network file system has lost it',
};

/**
 * Turns a failed system call into `storage_full` or `storage_failed` in plain words.
 * @param what what could not be done, such as `cannot read "a.txt"`
 */
export function storageError(what: string, error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  const code = errno(error);
  if (code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const reason = code === 'ENOSPC' ? 'the disk is full' : "the disk quota of the server's user is used up";
    return new ServiceError('storage_full', `${what}: ${reason}. Free some space and try again`, {
      cause: error,
    });
  }
  return new ServiceError(
    'storage_failed',
    `${what}: ${REASONS[code] ?? `the file system answered ${code}`}`,
    {
      cause: error,
    },
  );
}

/** Runs `work`; a failed system call in it becomes a ServiceError. */
export async function storage<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageError(what, error);
  }
}
