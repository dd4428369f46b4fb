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

/** Bytes under random keys, beside the database, whose rows say what they are. All nodes see the same blobs. */
export interface BlobStore {
  /** Where files are made before they are put; on the same disk as the blobs, where these lie on one. */
  workDir: string
  /** Takes a file over: it is durable under the key afterwards, and gone from where it was. Put again, it replaces. */
  put(key: string, file: string): Promise<void>
  /** Throws `BlobMissing` if there is none. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Does nothing if there is none. */
  remove(key: string): Promise<void>
  /** The blobs after a key, in the order of their keys. */
  list(after: string, most: number): Promise<StoredBlob[]>
}

export class BlobMissing extends Error {}

/** The files are elsewhere, or out of reach: the same request may succeed later. */
export class BlobsUnavailable extends Error {}

/** Letters that no file system takes for others, and too many of them to be guessed. */
export const isBlobKey = (key: string): boolean => /^[0-9a-f]{40}$/.test(key)
