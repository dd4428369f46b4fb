import { PROTOCOL_VERSION } from '@parley/protocol'
import packageJson from '../../package.json' with { type: 'json' }
import type { Passwords } from '../auth/passwords.ts'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import type { Database } from '../storage/database.ts'
import { Tally } from './instruments.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type OperationMetrics, operationMetrics } from './operation-metrics.ts'
import { processMetrics } from './process-metrics.ts'

interface Observed {
  database: Database
  groupCommit: GroupCommit
  passwords: Passwords
  /** For each HTTP server that has sockets. */
  figures: () => readonly SocketFigures[]
}

/** The present state of the sockets of one HTTP server. */
export interface SocketFigures {
  /** Authenticated sockets by their vocabulary. */
  connections: ReadonlyMap<string, number>
  /** Open connections, including those that have not authenticated. */
  transports: number
  /** Connections that have not authenticated yet. */
  anonymous: number
  /** Bytes that were written to sockets and not sent yet. */
  bufferedBytes: number
}

export interface ServerMetrics extends Metrics {
  operations: OperationMetrics
  /** Counts a refused handshake. `reason` must be one of ours, never a client's text. */
  handshakeRefused(reason: string): void
  /** Adds the metrics of the database, of passwords and of sockets. Call once. */
  observe(observed: Observed): void
  /** Stops measuring the event loop. */
  close(): void
}

/**
 * Makes all metrics of one server, and starts measuring the event loop, until `close`. Those of the database, of
 * passwords and of sockets are missing until `observe` is called, once. Other parts add theirs with `counter`, `gauge`
 * and `histogram`.
 */
export function createServerMetrics(): ServerMetrics {
  const metrics = createMetrics()
  const build = {
    version: packageJson.version,
    protocol_version: String(PROTOCOL_VERSION),
    node_version: process.version,
  }
  metrics.gauge('build_info', 'The versions of Parley, of its protocol and of Node.', () => [
    { labels: build, value: 1 },
  ])
  const handshakes = new Tally('reason')
  metrics.counter('handshake_refusals_total', 'Sockets that were turned away.', handshakes.read)
  return {
    ...metrics,
    operations: operationMetrics(metrics),
    close: processMetrics(metrics),
    handshakeRefused: (reason) => handshakes.add(reason),
    observe: (observed) => observe(metrics, observed),
  }
}

function observe(metrics: Metrics, { database, groupCommit, passwords, figures }: Observed): void {
  const info = { engine: database.engine }
  metrics.gauge('database_info', 'Which database keeps the data.', () => [{ labels: info, value: 1 }])
  metrics.gauge('database_lost', '1 after a failed write to the disk: only a restart helps.', () =>
    groupCommit.isLost() ? 1 : 0,
  )
  metrics.gauge('commit_queue_length', 'Commands that wait for a transaction.', groupCommit.waiting)
  metrics.gauge('password_queue_length', 'Passwords being hashed or waiting for it.', passwords.pending)
  const sum = (of: (figures: SocketFigures) => number) => () => figures().reduce((total, one) => total + of(one), 0)
  metrics.gauge(
    'transports',
    'Open connections, including those that have not authenticated.',
    sum((one) => one.transports),
  )
  metrics.gauge(
    'anonymous_connections',
    'Open connections that have not authenticated yet.',
    sum((one) => one.anonymous),
  )
  metrics.gauge(
    'socket_buffered_bytes',
    'Written to sockets, and not sent yet.',
    sum((one) => one.bufferedBytes),
  )
  metrics.gauge('connections', 'Signed-in sockets by vocabulary.', () => {
    const totals = new Map<string, number>()
    for (const { connections } of figures()) {
      for (const [vocabulary, count] of connections) totals.set(vocabulary, (totals.get(vocabulary) ?? 0) + count)
    }
    return [...totals].map(([vocabulary, value]) => ({ labels: { vocabulary }, value }))
  })
}
