import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { folderRefusal } from '../folder-lock.ts'
import { metaStore } from '../meta-store.ts'
import { type BlobStore, BlobsUnavailable } from './blob-store.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { openS3Blobs, type S3Options } from './s3-blobs.ts'

interface BlobOptions {
  dataDir: string
  /** The folder of the files; `blobs` in the data folder if left out. */
  fileDir?: string | undefined
  s3?: S3Options | undefined
}

interface BlobContext {
  database: Database
  /** Are there other nodes, which must see the same files? */
  isShared: boolean
  log: Logger
}

/**
 * Opens the bucket, which it does not check, or the folder of the files. Rejects with DatabaseRefused if the folder
 * cannot be used, and with the error of the database if the database fails.
 *
 * A folder contains a mark that the database stores, too. If the folder of one of several nodes has another mark, that
 * node does not see the files of the others: its blob store rejects everything as BlobsUnavailable, and an error is
 * logged. A node that is alone takes the folder as its own, with a warning.
 */
export async function openBlobs(options: BlobOptions, { database, isShared, log }: BlobContext): Promise<BlobStore> {
  const { dataDir, fileDir = join(dataDir, 'blobs'), s3 } = options
  if (s3) return openS3Blobs(s3, join(dataDir, 'incoming'))
  const refuse = (error: unknown) => Promise.reject(folderRefusal(`folder of files ${fileDir}`, 'FILE_DIR', error))
  const blobs = await openDiskBlobs(fileDir).catch(refuse)
  const mark = await readMark(fileDir).catch(refuse)
  const known = await metaStore(database.write).keepFirst('file-folder', mark)
  if (known === mark) return blobs
  if (isShared) {
    log.error(
      { fileDir },
      'attachments are off on this node: its folder of files is not the one of the other nodes; mount one folder on all of them (FILE_DIR), or use S3',
    )
    return outOfReach(blobs.workDir)
  }
  log.warn(
    { fileDir },
    'the folder of files is not the one that this database was used with: earlier files may be missing',
  )
  await writeFile(markIn(fileDir), known)
  return blobs
}

const markIn = (folder: string) => join(folder, 'folder-mark')

/**
 * Reads the mark, and makes it first if there is none. A link appears with its content, so of several nodes one makes
 * it.
 */
async function readMark(folder: string): Promise<string> {
  const made = randomUUID()
  const own = join(folder, 'incoming', made)
  await writeFile(own, made, { mode: 0o600 })
  await link(own, markIn(folder)).catch(() => {})
  await rm(own)
  return (await readFile(markIn(folder), 'utf8')).trim()
}

function outOfReach(workDir: string): BlobStore {
  const refuse = async () => {
    throw new BlobsUnavailable('The nodes of this server do not share their files.')
  }
  return { workDir, put: refuse, read: refuse, remove: refuse, list: refuse }
}
