import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { newWebhookSecret } from '../webhooks/signature.ts'
import { type VerifiedWebhook, verifyWebhook } from '../webhooks/verify-webhook.ts'

/** A request that came with a valid signature. */
export interface ReceivedWebhook extends VerifiedWebhook {
  /** The status of the answer; 0 if `answer` returned none. */
  status: number
  headers: IncomingMessage['headers']
  body: string
}

export interface WebhookReceiver {
  /** The endpoint to put into the options of a server. */
  endpoint: { url: string; secret: string }
  /** All requests, in the order in which they came. */
  received: ReceivedWebhook[]
  /** The errors of requests with an invalid signature. */
  refused: unknown[]
  /** Returns the status of the answer, or undefined after answering itself. Returns 204 unless a test replaces it. */
  answer: (told: VerifiedWebhook, response: ServerResponse) => number | undefined
  /** The events that were answered with success, each once, in the order of their first success. */
  accepted(): ReceivedWebhook[]
  /** Ends all connections, also in the middle of a request, and refuses others until `comeBack`. */
  goAway(): Promise<void>
  /** Listens on its port again. */
  comeBack(): Promise<void>
  /** Ends all connections and refuses others; call it once, and not after `goAway`. */
  close(): Promise<void>
}

/**
 * Starts an endpoint for webhooks on this machine. It verifies each signature, and answers 401 to an invalid one and
 * otherwise what `answer` says.
 *
 * @example
 * const receiver = await startReceiver()
 * const server = await startTestServer({ webhooks: [receiver.endpoint], webhookNetworks: ['loopback'] })
 */
export async function startReceiver(secret = newWebhookSecret()): Promise<WebhookReceiver> {
  const server = createServer(async (request, response) => {
    // A request that is cut off by `goAway` has no whole body.
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    let told: VerifiedWebhook
    try {
      told = verifyWebhook(body, request.headers, receiver.endpoint.secret)
    } catch (error) {
      receiver.refused.push(error)
      response.writeHead(401).end()
      return
    }
    const status = receiver.answer(told, response)
    receiver.received.push({ ...told, status: status ?? 0, headers: request.headers, body: body.toString() })
    if (status !== undefined && !response.headersSent) response.writeHead(status).end()
  })
  const listen = async (port: number) => void (await once(server.listen(port, '127.0.0.1'), 'listening'))
  const goAway = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const receiver: WebhookReceiver = {
    endpoint: { url: `http://127.0.0.1:${port}/hook`, secret },
    received: [],
    refused: [],
    answer: () => 204,
    accepted: () => {
      const seen = new Set<string>()
      return receiver.received.filter(({ id, status }) => {
        const isFirst = status >= 200 && status < 300 && !seen.has(id)
        if (isFirst) seen.add(id)
        return isFirst
      })
    },
    goAway,
    comeBack: () => listen(port),
    close: goAway,
  }
  return receiver
}
