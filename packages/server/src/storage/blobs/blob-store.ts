import type { Readable } from 'node:stream'

/** The first and the last byte of a part. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredBlob {
  key: string
  /** Milliseconds since 1970. */
  modifiedAt: number
}

/**
 * Bytes under random keys. The database describes them. All nodes see the same blobs. Rejects with BlobsUnavailable if
 * the store cannot be reached; failures of a disk are passed on as they are.
 */
export interface BlobStore {
  /** The folder for files that are about to be put; on the disk of the blobs, if they lie on one. */
  workDir: string
  /** Moves a file to the key: it is durable then, and gone from its path. Replaces a blob that has the key. */
  put(key: string, file: string): Promise<void>
  /** Rejects with BlobMissing if there is none. The stream can still fail while it is read. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Does nothing if there is none. */
  remove(key: string): Promise<void>
  /** The blobs after a key, '' for the first ones, in the order of their keys, at most `most`. */
  list(after: string, most: number): Promise<StoredBlob[]>
}

/** There is no blob with this key. */
export class BlobMissing extends Error {}

/** The blobs cannot be reached: the same request may succeed later. */
export class BlobsUnavailable extends Error {}

/** Is it 40 lower-case hexadecimal digits? No file system confuses these, and so many cannot be guessed. */
export const isBlobKey = (key: string): boolean => /^[0-9a-f]{40}$/.test(key)
