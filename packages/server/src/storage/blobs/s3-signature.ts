import { createHash, createHmac } from 'node:crypto'

export interface S3Keys {
  accessKeyId: string
  secretAccessKey: string
  region: string
}

export interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  /** SHA-256 of the body in hexadecimal. */
  bodyHash?: string
}

const emptyHash = createHash('sha256').digest('hex')

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const seal = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Encodes as the specification demands: `%20` for a space, never `+`; unlike `encodeURIComponent` also `!'()*`. */
export const encodeS3 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** Makes a query, sorted and without `?`, in the form that is signed: send it exactly so. */
export const queryOf = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeS3(name)}=${encodeS3(value)}`)
    .sort()
    .join('&')

/**
 * All headers of a request to S3: the given ones, which must have lower-case names, and those of its signature (AWS
 * Signature Version 4), which holds for 15 minutes from `now`. The query of `url` must be one of `queryOf`. Without
 * `bodyHash` the body must be empty.
 */
export function signedHeaders(request: S3Request, keys: S3Keys, now: Date): Record<string, string> {
  const { method, url, headers = {}, bodyHash = emptyHash } = request
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const scope = `${day}/${keys.region}/s3/aws4_request`
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': bodyHash,
    'x-amz-date': time,
  }
  const names = Object.keys(all).sort()
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map((name) => `${name}:${all[name]?.trim()}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')
  const steps = [day, keys.region, 's3', 'aws4_request']
  const key = steps.reduce<string | Buffer>((last, step) => seal(last, step), `AWS4${keys.secretAccessKey}`)
  const signature = seal(key, toSign).toString('hex')
  const credential = `${keys.accessKeyId}/${scope}`
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}
