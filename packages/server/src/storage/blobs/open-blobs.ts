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

interface Surroundings {
  database: Database
  /** Are there other nodes, which must see the same files? */
  isShared: boolean
  log: Logger
}

/**
 * Opens the place of the files. In a folder lies a mark that the database knows too: a node whose folder has another mark
 * does not see the files of the others, so it takes and gives none, instead of losing them.
 */
export async function openBlobs(options: BlobOptions, { database, isShared, log }: Surroundings): Promise<BlobStore> {
  const { dataDir, fileDir = join(dataDir, 'blobs'), s3 } = options
  if (s3) return openS3Blobs(s3, join(dataDir, 'incoming'))
  const refuse = (error: unknown) => Promise.reject(folderRefusal(`folder of files ${fileDir}`, 'FILE_DIR', error))
  const blobs = await openDiskBlobs(fileDir).catch(refuse)
  const mark = await markOf(fileDir).catch(refuse)
  const known = await metaStore(database.write).kept('file-folder', mark)
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

/** Of several nodes that start at once, one makes the mark; a link is there at once with all that it holds. */
async function markOf(folder: string): Promise<string> {
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
