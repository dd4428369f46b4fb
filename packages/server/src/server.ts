import type { Server as HttpServer } from 'node:http'
import pino from 'pino'
import { openBackend } from './assembly/backend.ts'
import { createClosers } from './assembly/closers.ts'
import { createOperations } from './assembly/operations.ts'
import { createServing } from './assembly/serving.ts'
import { createHostSide, type HostSide } from './host/host-side.ts'
import { assertNodeVersion } from './node-version.ts'
import { boundedLog } from './observability/bounded-log.ts'
import type { HealthReport } from './observability/health.ts'
import { defaultTiming, type ParleyOptions } from './parley-options.ts'
import type { WebhookDesk } from './webhooks/webhook-desk.ts'

/** A Parley server in this process: it serves clients, and acts for its host application. */
export interface Parley extends HostSide {
  /**
   * Serves API and sockets on the host application's own HTTP server, below `basePath`, and leaves all other requests
   * to it. Call it before or after `listen`, and before or after the host adds its own listeners. Throws after `close`,
   * and if a Parley server that uses some of the same paths is attached. When the host closes that server, the sockets
   * on it are closed; everything else goes on until `close`.
   */
  attach(httpServer: HttpServer): void
  /**
   * Serves on an HTTP server of its own, by default on 127.0.0.1, and resolves with its URL; port 0 takes a free one.
   * Rejects after `close`, and if it cannot listen; the Parley server then stays open.
   */
  listen(port: number, host?: string): Promise<string>
  /** Resolves when all earlier events have reached the other nodes and the sockets here, presence included. */
  settled(): Promise<void>
  /** The figures of this server in Prometheus' text format, as `/metrics` shows them where Parley listens itself. */
  metrics(): Promise<string>
  /** The health of this server, as `/readyz` shows it where Parley listens itself. */
  health(): Promise<HealthReport>
  /** The endpoints of webhooks: their state, the deliveries to them, and sending these again. */
  readonly webhooks: WebhookDesk
  /**
   * Answers the operations under way, closes all sockets, then everything else. Rejects at the end if a part could not
   * be closed. Calling it again returns the same promise.
   */
  close(): Promise<void>
}

/**
 * Makes a Parley server: opens the database, joins the cluster, and starts the jobs. It serves nothing before `attach`
 * or `listen`, and must be closed by `close`. Rejects on a Node that is too old, if options are invalid or contradict
 * each other, or if something cannot be opened, such as a data folder that another server uses. Then nothing of the
 * server stays open, and the message says what to change, except for unexpected errors.
 *
 * @example
 * const parley = await createParley({ dataDir: './chat', authenticate: ({ headers }) => userOfCookie(headers.cookie) })
 * parley.attach(httpServer)
 */
export async function createParley(options: ParleyOptions): Promise<Parley> {
  assertNodeVersion(process.versions.node)
  const log = boundedLog(options.log ?? pino({ level: 'warn' }))
  const timing = { ...defaultTiming, ...options.timing }
  const closers = createClosers()
  let closed: Promise<void> | undefined
  try {
    const backend = await openBackend(options, { log, timing, closers })
    const operations = createOperations(options, backend, closers)
    const isClosing = () => closed !== undefined
    const serving = createServing(options, backend, operations, { closers, isClosing })
    const host = createHostSide({ ...backend, ...operations, runOperation: operations.runForHost, isClosing })
    log.info({ engine: backend.database.engine }, 'started')

    const shutDown = async () => {
      // It comes first, and a failure of it prevents nothing else from being closed.
      closers.add(serving.drain)
      await closers.closeAll()
      log.info({}, 'stopped')
    }
    return {
      ...host,
      attach: serving.attach,
      listen: (port, host = '127.0.0.1') => serving.listen(port, host),
      settled: serving.settled,
      metrics: backend.metrics.text,
      health: backend.health.report,
      webhooks: operations.webhooks,
      close: () => {
        closed ??= shutDown()
        return closed
      },
    }
  } catch (error) {
    await closers.closeAll().catch((err) => log.warn({ err }, 'what a failed start had opened was not closed'))
    throw error
  }
}
