import { type Authenticate, byAccessToken, byHost } from '../auth/authenticate.ts'
import { createHostJwt } from '../auth/host-jwt.ts'
import { afterMiddleware } from '../auth/host-middleware.ts'
import { createPasswordAttempts } from '../auth/password-attempts.ts'
import { createPasswords, type Passwords } from '../auth/passwords.ts'
import { type ClusterNode, createClusterNode } from '../cluster/cluster-node.ts'
import { onlyNode } from '../cluster/single-node.ts'
import { ConfigError } from '../config.ts'
import { createAudiences } from '../core/audience/audience.ts'
import { createGroupCommit, type GroupCommit } from '../core/commit/group-commit.ts'
import { type Connections, createConnections } from '../core/connections.ts'
import { createDeliver, type Deliver } from '../core/deliver.ts'
import type { ByteRoutes, Handlers } from '../core/feature.ts'
import { createWriteGate, type Gate, withoutContacts } from '../core/guards/write-gate.ts'
import { createJobs } from '../core/jobs/jobs.ts'
import type { FeatureSettings } from '../core/kernel.ts'
import { type Budget, keptAnswerBudget, keyBudget } from '../core/limits/budgets.ts'
import { shedLoad } from '../core/limits/load-shedding.ts'
import { createRateLimit, noRateLimit } from '../core/limits/rate-limit.ts'
import { createStrictMeter, type Meter } from '../core/limits/strict-meter.ts'
import { createRunOperation, type RunOperation } from '../core/run-operation.ts'
import { charges, createHostUsers, createStore, policy, readMissing, startFeatures } from '../features/index.ts'
import { createIdempotencyGate, createIdempotentCommit } from '../idempotency/idempotent-commit.ts'
import { sweepKeptAnswers } from '../idempotency/kept-answer-sweep.ts'
import { type ApiKeys, createApiKeys, withKeys } from '../keys/api-keys.ts'
import { watchKeys } from '../keys/key-watch.ts'
import { createScopeGate } from '../keys/scope-gate.ts'
import { createOperationLog } from '../observability/operation-log.ts'
import { fileDefaults, type ParleyOptions } from '../parley-options.ts'
import type { WebhookDesk } from '../webhooks/webhook-desk.ts'
import { readEndpoints } from '../webhooks/webhook-endpoints.ts'
import { createWebhooks, type Webhooks } from '../webhooks/webhooks.ts'
import type { Backend } from './backend.ts'
import type { Closers } from './closers.ts'

/** Everything between a transport and the database. */
export interface Operations {
  authenticate: Authenticate
  keys: ApiKeys
  runOperation: RunOperation
  /** The same for requests that their callers have named. */
  runOnce: RunOperation
  routes: readonly ByteRoutes[]
  groupCommit: GroupCommit
  passwords: Passwords
  connections: Connections
  node: ClusterNode
  webhooks: WebhookDesk
}

const dayMs = 24 * 60 * 60 * 1_000

/** Puts the features on the kernel: who asks, what it costs, which handler runs in which transaction, who hears of it. */
export function createOperations(options: ParleyOptions, backend: Backend, closers: Closers): Operations {
  const { log, metrics, store, blobs, tokens } = backend
  const connections = createConnections()
  const deliverHere = metrics.operations.watchDeliver(createDeliver(log))
  const node = createNode(backend, connections, deliverHere)
  closers.add(node.close)
  const { groupCommit, jobs, webhooks } = createCommits(options, backend, node.deliver)
  closers.add(groupCommit.idle)
  closers.add(webhooks.close)
  closers.add(jobs.close)
  const passwords = createPasswords(options.passwordCost)
  const keys = createApiKeys({ store, meter: meterOf('key', keyBudget, options, backend) })
  const authenticate = withKeys(keys, authenticationOf(options, backend, groupCommit))
  closers.add(watchKeys({ connections, store, everyMs: backend.timing.keyWatchMs, log }))
  closers.add(sweepKeptAnswers({ groupCommit, log }))
  const { handlers, routes, ...started } = startFeatures({
    deliver: node.deliver,
    deliverHere,
    groupCommit,
    jobs,
    store,
    blobs,
    passwords,
    attempts: createPasswordAttempts(passwords, countOf(options, backend)),
    tokens,
    authenticate,
    leases: backend.cluster.leases,
    connections,
    whenClosing: closers.add,
    log,
    settings: settingsOf(options, backend),
  })
  jobs.start([...started.jobs, ...webhooks.kinds])
  const pipelines = createPipelines(options, backend, { handlers, groupCommit, node })
  const served = { authenticate, keys, ...pipelines, routes }
  return { ...served, groupCommit, passwords, connections, node, webhooks: webhooks.desk }
}

/** What commits, and the work that follows from commits. */
function createCommits(options: ParleyOptions, backend: Backend, deliver: Deliver) {
  const { redisUrl, sharedDatabase = redisUrl !== undefined, webhooks: given = [], webhookNetworks = [] } = options
  const endpoints = readEndpoints(given)
  const note: Webhooks['note'] = (transaction) => webhooks.note(transaction)
  const groupCommit = openGroupCommit(backend, deliver, endpoints.length > 0 ? note : undefined)
  const jobs = createJobs({ ...backend, groupCommit, isAlone: !sharedDatabase })
  const webhooks = createWebhooks({
    ...backend,
    ...{ endpoints, networks: webhookNetworks, answerMs: backend.timing.webhookMs },
    ...{ groupCommit, jobs },
  })
  return { groupCommit, jobs, webhooks }
}

function openGroupCommit(
  { database, store, metrics, health, log }: Backend,
  deliver: Deliver,
  beforeCommit: Webhooks['note'] | undefined,
): GroupCommit {
  const groupCommit = createGroupCommit({
    database,
    createStore,
    deliver,
    beforeCommit,
    onCommit: metrics.operations.committed,
    failed: (err) => log.error({ err }, 'failed after a commit'),
  })
  health.add('database', async () => ((await store.meta.epoch()) && !groupCommit.isLost() ? 'ok' : 'unavailable'))
  return groupCommit
}

/** The one way of every operation, with those around it who refuse, count and log; and the same for named requests (ADR 24). */
function createPipelines(
  options: ParleyOptions,
  backend: Backend,
  { handlers, groupCommit, node }: Pick<Operations, 'groupCommit' | 'node'> & { handlers: Handlers },
): Pick<Operations, 'runOperation' | 'runOnce'> {
  const { log, metrics, database, tokens, store } = backend
  const count = countOf(options, backend)
  const operationLog = createOperationLog(log)
  const gate = joined(createScopeGate(policy), gateOf(options, backend))
  const shared = {
    handlers,
    policy: asksForContacts(options) ? policy : withoutContacts(policy),
    gate,
    hasAccounts: hasAccounts(options),
    createStore,
    database,
    groupCommit,
    deliver: node.deliver,
    rateLimit: count ? createRateLimit({ charges, count, sessionOf: tokens.sessionOf }) : noRateLimit,
    failed: operationLog.failed,
  }
  const observed = (run: RunOperation) => metrics.operations.observe(shedLoad(run), [operationLog, node])
  const meter = meterOf('kept answers', keptAnswerBudget, options, backend)
  return {
    runOperation: observed(createRunOperation(shared)),
    runOnce: observed(
      createRunOperation({
        ...shared,
        gate: joined(createIdempotencyGate({ store, meter }), gate),
        groupCommit: createIdempotentCommit(groupCommit),
      }),
    ),
  }
}

/** The first stands before the second. */
const joined =
  (first: Gate, second: Gate = (_, way) => way): Gate =>
  (name, way) =>
    first(name, second(name, way))

function meterOf(name: string, budget: Budget, options: ParleyOptions, backend: Backend): Meter {
  const count = countOf(options, backend)
  return count ? createStrictMeter(name, budget, count) : { take: async () => {} }
}

/** Does Parley have the users, instead of a host application? */
export const hasAccounts = ({ authenticate, hostJwt }: ParleyOptions): boolean =>
  authenticate === undefined && hostJwt === undefined

function authenticationOf(options: ParleyOptions, { store, tokens, log }: Backend, groupCommit: GroupCommit) {
  const { authenticate, middleware = [], hostJwt } = options
  if (authenticate && hostJwt) throw new ConfigError('Give authenticate or hostJwt, and not both.')
  if (middleware.length > 0 && !authenticate) {
    throw new ConfigError('middleware is there for authenticate: give that as well.')
  }
  const host = hostJwt ? createHostJwt(hostJwt, log) : authenticate && afterMiddleware(authenticate, middleware)
  return host ? byHost(createHostUsers(store, groupCommit), host) : byAccessToken(store, tokens)
}

/** A host application that says who may write does so in place of the setting. */
const asksForContacts = ({ directMessages, mayWrite }: ParleyOptions) =>
  directMessages === 'contacts' && mayWrite === undefined

const gateOf = ({ mayWrite }: ParleyOptions, { store, timing, log }: Backend) =>
  mayWrite && createWriteGate({ mayWrite, policy, store, waitMs: timing.mayWriteMs, log })

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
