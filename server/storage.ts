import { createFolderStore } from './files/folder-store.ts';
import type { S3StoreOptions } from './files/s3-store.ts';
import type { FileStore } from './files/store.ts';

/** Where the files are. */
export type StorageConfig =
  | {
      kind: 'folder';
      folder: string;
      /** Name of the bucket; the folder's own when absent. */
      bucket?: string;
      /** Serves files with a leading dot, too. */
      hidden?: boolean;
    }
  | ({ kind: 's3' } & S3StoreOptions);

export interface OpenedStorage {
  /** All of the bucket, without scope. */
  store: FileStore;
  /** The bucket below the reserved prefix, where cached summaries may live; a folder has none. */
  reserved?: FileStore;
  close(): void;
}

/** Opens a bucket. Throws ServiceError `storage_failed` for a folder that is none. */
export async function openStorage(storage: StorageConfig): Promise<OpenedStorage> {
  if (storage.kind === 'folder') {
    const { kind: _, ...folder } = storage;
    return { store: await createFolderStore(folder), close: () => undefined };
  }
  const { kind: _, ...bucket } = storage;
  // The SDK is large: a folder does without it.
  const { createS3Store } = await import('./files/s3-store.ts');
  const store = createS3Store(bucket);
  return { store, reserved: store.reserved, close: () => store.close() };
}

/** Opens a bucket for those who need its files only. */
export async function openStore(storage: StorageConfig): Promise<FileStore> {
  return (await openStorage(storage)).store;
}
