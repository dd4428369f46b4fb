import type { Authenticate } from '../auth/authenticate.ts'
import { createPasswordAttempts } from '../auth/password-attempts.ts'
import { createPasswords, type Passwords } from '../auth/passwords.ts'
import { type ClusterNode, createClusterNode } from '../cluster/cluster-node.ts'
import { onlyNode } from '../cluster/single-node.ts'
import { createAudiences } from '../core/audience/audience.ts'
import type { GroupCommit, OnCommit } from '../core/commit/group-commit.ts'
import { type Connections, createConnections } from '../core/connections.ts'
import { createDeliver, type Deliver } from '../core/deliver.ts'
import type { ByteRoutes } from '../core/feature.ts'
import type { EnsureRoom } from '../core/host/host-room.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import type { FeatureSettings } from '../core/kernel.ts'
import { keyBudget } from '../core/limits/budgets.ts'
import { createStore, readMissing, startFeatures } from '../features/index.ts'
import { sweepKeptAnswers } from '../idempotency/kept-answer-sweep.ts'
import { type ApiKeys, createApiKeys, withKeys } from '../keys/api-keys.ts'
import { watchKeys } from '../keys/key-watch.ts'
import { fileDefaults, type ParleyOptions } from '../parley-options.ts'
import type { WebhookDesk } from '../webhooks/webhook-desk.ts'
import { authenticationOf } from './authentication.ts'
import type { Backend } from './backend.ts'
import type { Closers } from './closers.ts'
import { createCommits } from './commits.ts'
import { asksForContacts, awaitsAnswers, countOf, createPipelines, meterOf, type Pipelines } from './pipelines.ts'

/** Everything between a transport and the database. */
export interface Operations extends Pipelines {
  authenticate: Authenticate
  keys: ApiKeys
  routes: readonly ByteRoutes[]
  /** What a host application does with its users; implemented by the features. */
  lifecycle: UserLifecycle
  ensureRoom: EnsureRoom
  groupCommit: GroupCommit
  /** The listeners of each commit. */
  commits: Set<OnCommit>
  passwords: Passwords
  connections: Connections
  node: ClusterNode
  webhooks: WebhookDesk
}

const dayMs = 24 * 60 * 60 * 1_000

/**
 * Creates all parts between transports and database, and starts features, jobs and sweeps at once. Adds what must close
 * to `closers`, also if it throws: a ConfigError for contradicting options, an Error for invalid webhooks or networks.
 */
export function createOperations(options: ParleyOptions, backend: Backend, closers: Closers): Operations {
  const { log, metrics, store, blobs, tokens } = backend
  const connections = createConnections()
  const deliverHere = metrics.operations.watchDeliver(createDeliver(log))
  const node = createNode(backend, connections, deliverHere)
  closers.add(node.close)
  const commits = new Set<OnCommit>([metrics.operations.committed])
  const listeners = { deliver: node.deliver, onCommit: commits }
  const { groupCommit, jobs, webhooks, forget } = createCommits(options, backend, listeners)
  for (const { close } of [{ close: groupCommit.idle }, webhooks, jobs]) closers.add(close)
  const passwords = createPasswords(options.passwordCost)
  const keys = createApiKeys({ store, meter: meterOf('key', keyBudget, options, backend) })
  const authenticate = withKeys(keys, authenticationOf(options, backend, groupCommit))
  closers.add(watchKeys({ connections, store, everyMs: backend.timing.keyWatchMs, log }))
  closers.add(sweepKeptAnswers({ groupCommit, log }))
  const { handlers, ...started } = startFeatures({
    ...{ deliver: node.deliver, deliverHere, groupCommit, store, blobs, passwords, tokens, authenticate },
    ...{ connections, log, leases: backend.cluster.leases, dropLog: backend.database.dropLog, forget },
    attempts: createPasswordAttempts(passwords, countOf(options, backend)),
    whenClosing: closers.add,
    settings: settingsOf(options, backend),
  })
  jobs.start(webhooks.kinds)
  const pipelines = createPipelines(options, backend, { handlers, groupCommit, node })
  const asked = { authenticate, keys, ...pipelines, ...started }
  return { ...asked, groupCommit, commits, passwords, connections, node, webhooks: webhooks.desk }
}

/** The node of a server that is alone, on SQLite, or of one among several, on PostgreSQL. */
function createNode(backend: Backend, connections: Connections, deliver: Deliver): ClusterNode {
  const { database, store } = backend
  const audiences = createAudiences(connections, store)
  if (database.engine === 'sqlite') return onlyNode(deliver, audiences)
  return createClusterNode({ ...backend, deliver, audiences, createStore, readMissing, connections })
}

const settingsOf = (options: ParleyOptions, { timing }: Backend): FeatureSettings => ({
  registrationOpen: options.registration !== 'closed',
  invitesStrangers: asksForContacts(options) || awaitsAnswers(options),
  awaitsAnswers: awaitsAnswers(options),
  sessionLifetimeMs: (options.sessionDays ?? 30) * dayMs,
  typingMs: timing.typingMs,
  presenceGraceMs: timing.presenceGraceMs,
  files: {
    maxFileSize: options.maxFileSize ?? fileDefaults.maxFileSize,
    allowedFileTypes: options.allowedFileTypes ?? fileDefaults.allowedFileTypes,
    quotaBytes: options.fileQuota ?? fileDefaults.fileQuota,
    uploadIdleMs: timing.uploadIdleMs,
    inspectionMs: timing.inspectionMs,
  },
})
