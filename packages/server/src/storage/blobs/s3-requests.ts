import { createReadStream } from 'node:fs'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { BlobsUnavailable } from './blob-store.ts'
import { type S3Keys, type S3Request, signedHeaders } from './s3-signature.ts'

interface S3Transfer extends S3Request {
  /** The file that is the body. */
  file?: string
}

const tries = 4
const firstWaitMs = 100
/** Milliseconds without a byte in either direction. */
const silenceMs = 30_000

/**
 * Makes `request`, which signs and sends. It resolves with any answer below 500 but 429, also with a refusal such as
 * 403 or 404; read its body to the end. It repeats any request that fails, also a PUT, up to 4 times in all within some
 * seconds (a silent connection fails after 30 s), then rejects with BlobsUnavailable. `textOf` reads an answer, and
 * rejects with BlobsUnavailable unless it has one of the given statuses.
 */
export function createS3Requests(keys: S3Keys) {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

  const once = (transfer: S3Transfer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url, file } = transfer
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const agent = agents[url.protocol as 'http:' | 'https:']
      const headers = signedHeaders(transfer, keys, new Date())
      const outgoing = send(url, { method, headers, agent, timeout: silenceMs }, resolve)
      outgoing.on('timeout', () => outgoing.destroy(new Error('S3 is silent.')))
      outgoing.on('error', reject)
      if (file === undefined) return void outgoing.end()
      const bytes = createReadStream(file).on('error', (error) => outgoing.destroy(error))
      // An answer may come before everything is sent; the rest is not sent then.
      outgoing.on('close', () => bytes.destroy())
      bytes.pipe(outgoing)
    })

  const request = async (transfer: S3Transfer): Promise<IncomingMessage> => {
    let cause: unknown
    for (let turn = 0; turn < tries; turn++) {
      if (turn > 0) await pause(firstWaitMs * 3 ** (turn - 1))
      try {
        const answer = await once(transfer)
        if ((answer.statusCode ?? 0) < 500 && answer.statusCode !== 429) return answer
        cause = new Error(`S3 answered ${answer.statusCode}.`)
        answer.resume()
      } catch (error) {
        cause = error
      }
    }
    throw new BlobsUnavailable('The files cannot be reached.', { cause })
  }

  /**
   * The text of an answer. Rejects with BlobsUnavailable unless it has one of these statuses, and for any status if it
   * says that the bucket is missing; with its own error if the connection fails meanwhile.
   */
  const textOf = async (answer: IncomingMessage, statuses: readonly number[]): Promise<string> => {
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    const [, code = 'no code'] = text.match(/<Code>([^<]*)<\/Code>/) ?? []
    if (statuses.includes(answer.statusCode ?? 0) && code !== 'NoSuchBucket') return text
    throw new BlobsUnavailable(`S3 answered ${answer.statusCode} (${code}).`)
  }

  return { request, textOf }
}
