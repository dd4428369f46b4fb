import { type Authenticate, byAccessToken, byHost } from '../auth/authenticate.ts'
import { createPasswordAttempts } from '../auth/password-attempts.ts'
import { createPasswords, type Passwords } from '../auth/passwords.ts'
import { type ClusterNode, createClusterNode } from '../cluster/cluster-node.ts'
import { onlyNode } from '../cluster/single-node.ts'
import { createAudiences } from '../core/audience/audience.ts'
import { createGroupCommit, type GroupCommit, type OnCommit } from '../core/commit/group-commit.ts'
import { type Connections, createConnections } from '../core/connections.ts'
import { createDeliver, type Deliver } from '../core/deliver.ts'
import type { ByteRoutes, Handlers } from '../core/feature.ts'
import { createMessageReview } from '../core/guards/message-review.ts'
import { createWriteGate, type Gate, withoutContacts } from '../core/guards/write-gate.ts'
import type { EnsureRoom } from '../core/host/host-room.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import type { FeatureSettings } from '../core/kernel.ts'
import { shedLoad } from '../core/limits/load-shedding.ts'
import { createRateLimit, noRateLimit, type RateLimit } from '../core/limits/rate-limit.ts'
import { createRunOperation, type RunOperation } from '../core/run-operation.ts'
import { charges, createHostUsers, createStore, policy, readMissing, startFeatures } from '../features/index.ts'
import { createOperationLog } from '../observability/operation-log.ts'
import { fileDefaults, type ParleyOptions } from '../parley-options.ts'
import type { Backend } from './backend.ts'
import type { Closers } from './closers.ts'

/** Everything between a transport and the database. */
export interface Operations {
  authenticate: Authenticate
  runOperation: RunOperation
  /** The same for the host application, which has no limit. */
  runForHost: RunOperation
  routes: readonly ByteRoutes[]
  /** What features do for a host application. */
  lifecycle: UserLifecycle
  ensureRoom: EnsureRoom
  groupCommit: GroupCommit
  /** What hears of each commit. */
  commits: Set<OnCommit>
  passwords: Passwords
  connections: Connections
  node: ClusterNode
}

const dayMs = 24 * 60 * 60 * 1_000

/** Puts the features on the kernel: who asks, what it costs, which handler runs in which transaction, who hears of it. */
export function createOperations(options: ParleyOptions, backend: Backend, closers: Closers): Operations {
  const { log, metrics, store, blobs, tokens } = backend
  const connections = createConnections()
  const deliverHere = metrics.operations.watchDeliver(createDeliver(log))
  const node = createNode(backend, connections, deliverHere)
  closers.add(node.close)
  const commits = new Set<OnCommit>([metrics.operations.committed])
  const groupCommit = openGroupCommit(backend, node.deliver, commits)
  closers.add(groupCommit.idle)
  const passwords = createPasswords(options.passwordCost)
  const authenticate = options.authenticate
    ? byHost(createHostUsers(store, groupCommit), options.authenticate)
    : byAccessToken(store, tokens)
  const { handlers, ...started } = startFeatures({
    deliver: node.deliver,
    deliverHere,
    groupCommit,
    store,
    blobs,
    passwords,
    attempts: createPasswordAttempts(passwords, countOf(options, backend)),
    tokens,
    authenticate,
    leases: backend.cluster.leases,
    connections,
    whenClosing: closers.add,
    dropLog: backend.database.dropLog,
    log,
    settings: settingsOf(options, backend),
  })
  const pipeline = createPipeline(options, backend, { handlers, groupCommit, node })
  return { authenticate, ...pipeline, ...started, groupCommit, commits, passwords, connections, node }
}

function openGroupCommit(
  { database, store, health, log }: Backend,
  deliver: Deliver,
  onCommit: Iterable<OnCommit>,
): GroupCommit {
  const groupCommit = createGroupCommit({
    database,
    createStore,
    deliver,
    onCommit,
    failed: (err) => log.error({ err }, 'failed after a commit'),
  })
  health.add('database', async () => ((await store.meta.epoch()) && !groupCommit.isLost() ? 'ok' : 'unavailable'))
  return groupCommit
}

/** The one way of every operation, with those around it who refuse, count and log. */
function createPipeline(
  options: ParleyOptions,
  backend: Backend,
  { handlers, groupCommit, node }: Pick<Operations, 'groupCommit' | 'node'> & { handlers: Handlers },
): Pick<Operations, 'runOperation' | 'runForHost'> {
  const { log, metrics, database, tokens } = backend
  const count = countOf(options, backend)
  const operationLog = createOperationLog(log)
  const rules = asksForContacts(options) ? policy : withoutContacts(policy)
  const shared = {
    handlers,
    policy: rules,
    gate: gateOf(options, backend, rules),
    hasAccounts: options.authenticate === undefined,
    createStore,
    database,
    groupCommit,
    deliver: node.deliver,
    failed: operationLog.failed,
  }
  const limitedBy = (rateLimit: RateLimit) =>
    metrics.operations.observe(shedLoad(createRunOperation({ ...shared, rateLimit })), [operationLog, node])
  return {
    runOperation: limitedBy(count ? createRateLimit({ charges, count, sessionOf: tokens.sessionOf }) : noRateLimit),
    runForHost: limitedBy(noRateLimit),
  }
}

/** A host application that says who may write does so in place of the setting. */
const asksForContacts = ({ directMessages, mayWrite }: ParleyOptions) =>
  directMessages === 'contacts' && mayWrite === undefined

/** What a host application is asked, one question after the other; undefined where it is asked nothing. */
function gateOf(options: ParleyOptions, { store, timing, log }: Backend, rules: typeof policy): Gate | undefined {
  const { mayWrite, beforeMessage, beforeMessageFails: fails = 'closed' } = options
  const gates: Gate[] = []
  if (mayWrite) gates.push(createWriteGate({ mayWrite, policy, store, waitMs: timing.mayWriteMs, log }))
  if (beforeMessage) {
    const waitMs = timing.beforeMessageMs
    gates.push(createMessageReview({ beforeMessage, fails, policy: rules, store, waitMs, log }))
  }
  return gates.length === 0 ? undefined : (name, way) => gates.reduceRight((inner, gate) => gate(name, inner), way)
}

/** Undefined where nothing is limited. */
const countOf = ({ rateLimits }: ParleyOptions, { cluster }: Backend) =>
  rateLimits === 'off' ? undefined : cluster.count

/** Makes this server the only one, or one of several. */
function createNode(backend: Backend, connections: Connections, deliver: Deliver): ClusterNode {
  const { database, store } = backend
  const audiences = createAudiences(connections, store)
  if (database.engine === 'sqlite') return onlyNode(deliver, audiences)
  return createClusterNode({ ...backend, deliver, audiences, createStore, readMissing, connections })
}

const settingsOf = (options: ParleyOptions, { timing }: Backend): FeatureSettings => ({
  registrationOpen: options.registration !== 'closed',
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
