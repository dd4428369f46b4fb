import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
// @ts-expect-error It is written in JavaScript, and has no types.
import S3rverProgram from '@20minutes/s3rver'
import type { S3Options } from '../../storage/blobs/s3-blobs.ts'

interface S3Program {
  run(): Promise<AddressInfo>
  close(): Promise<void>
}

const S3rver = S3rverProgram as new (options: object) => S3Program

export interface S3Server {
  options: S3Options
  /** Makes the next requests fail: each with a status, or by cutting the connection. */
  failNext(...failures: (number | 'cut')[]): void
  /** All requests so far, as method and address. */
  asked: string[]
  /** Ends all connections and stops the store; the files stay in the folder. */
  close(): Promise<void>
}

/**
 * Starts a store that is compatible with S3 on this machine, with a bucket `files` whose objects are in `folder`. It
 * refuses unsigned requests with 403, as S3 does; signatures are not checked.
 */
export async function startS3Server(folder: string): Promise<S3Server> {
  const program = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'files', configs: [] }],
  })
  const { port } = await program.run()
  const failures: (number | 'cut')[] = []
  const asked: string[] = []

  const pass = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`)
    const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')
    const failure = failures.shift() ?? (isSigned ? undefined : 403)
    if (failure === 'cut') return void request.socket.destroy()
    if (failure !== undefined) return void response.writeHead(failure, { connection: 'close' }).end()
    const { method, url, headers } = request
    const inner = forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    inner.on('error', () => response.destroy())
    request.pipe(inner)
  }
  const proxy = createServer(pass)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    options: {
      endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      bucket: 'files',
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      pathStyle: true,
    },
    failNext: (...next) => void failures.push(...next),
    asked,
    close: async () => {
      proxy.closeAllConnections()
      proxy.close()
      await program.close()
    },
  }
}
