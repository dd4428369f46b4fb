import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { BlobMissing, type BlobStore, BlobsUnavailable, isBlobKey, type StoredBlob } from './blob-store.ts'
import { createS3Requests } from './s3-requests.ts'
import { queryOf, type S3Keys } from './s3-signature.ts'

export interface S3Options extends S3Keys {
  /** `https://s3.eu-central-1.amazonaws.com`, or the address of a compatible store. */
  endpoint: string
  bucket: string
  /** The address has the bucket in its path instead of in the name of the host. */
  pathStyle: boolean
}

/**
 * Keeps blobs in a bucket of S3 or of a compatible store. It makes `workDir` and sends no request yet: wrong access
 * keys show at the first use, as BlobsUnavailable. Each blob is put as a whole, at most 5 GiB by the rules of S3, and
 * its file is then deleted. S3 lists at most 1,000 keys. `read` of a missing key rejects with BlobMissing. A key
 * that is not as `isBlobKey` demands, and a file that cannot be read, reject with another error.
 */
export async function openS3Blobs(options: S3Options, workDir: string): Promise<BlobStore> {
  await mkdir(workDir, { recursive: true, mode: 0o700 })
  const { request, textOf } = createS3Requests(options)
  const base = bucketUrl(options)
  const urlOf = (key: string) => {
    if (!isBlobKey(key)) throw new Error('This is not the key of a blob.')
    return new URL(`${base.pathname === '/' ? '' : base.pathname}/${key}`, base)
  }
  return {
    workDir,

    put: async (key, file) => {
      const { size } = await stat(file)
      const sha256 = createHash('sha256')
      await pipeline(createReadStream(file), sha256)
      const answer = await request({
        method: 'PUT',
        url: urlOf(key),
        headers: { 'content-length': String(size), 'content-type': 'application/octet-stream' },
        bodyHash: sha256.digest('hex'),
        file,
      })
      await textOf(answer, [200])
      await rm(file, { force: true })
    },

    read: async (key, range) => {
      const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end}` } : {}
      const answer = await request({ method: 'GET', url: urlOf(key), headers })
      if (answer.statusCode === (range ? 206 : 200)) return answer
      if (answer.statusCode === 200) {
        // The bytes of the whole blob, which may be gigabytes, are not read.
        answer.destroy()
        throw new BlobsUnavailable('S3 answered a request for a part with the whole blob: this store knows no ranges.')
      }
      await textOf(answer, [404])
      throw new BlobMissing('There is no such blob.')
    },

    remove: async (key) => void (await textOf(await request({ method: 'DELETE', url: urlOf(key) }), [200, 204, 404])),

    list: async (after, most) => {
      const url = new URL(base)
      url.search = queryOf({ 'list-type': '2', 'max-keys': String(most), ...(after ? { 'start-after': after } : {}) })
      return readList(await textOf(await request({ method: 'GET', url }), [200]))
    },
  }
}

function bucketUrl({ endpoint, bucket, pathStyle }: S3Options): URL {
  const url = new URL(endpoint)
  if (pathStyle) url.pathname = `${url.pathname.replace(/\/+$/, '')}/${bucket}`
  else url.hostname = `${bucket}.${url.hostname}`
  return url
}

/** Keys of blobs are of letters and digits, so nothing in the answer that is looked for is escaped. */
function readList(xml: string): StoredBlob[] {
  if (!xml.includes('ListBucketResult')) throw new BlobsUnavailable('What S3 answered is not a list.')
  return [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, entry = '']) => {
    const [, key = ''] = entry.match(/<Key>([^<]*)<\/Key>/) ?? []
    const [, modified = ''] = entry.match(/<LastModified>([^<]*)<\/LastModified>/) ?? []
    return isBlobKey(key) ? [{ key, modifiedAt: Date.parse(modified) }] : []
  })
}
