import { createGroupCommit, type GroupCommit, type OnCommit } from '../core/commit/group-commit.ts'
import type { Deliver } from '../core/deliver.ts'
import { createJobs } from '../core/jobs/jobs.ts'
import type { ForgetMessages } from '../core/kernel.ts'
import { createStore } from '../features/index.ts'
import { keepNewBody } from '../idempotency/kept-bodies.ts'
import type { ParleyOptions } from '../parley-options.ts'
import { readEndpoints } from '../webhooks/webhook-endpoints.ts'
import { createWebhooks, type Webhooks } from '../webhooks/webhooks.ts'
import type { Backend } from './backend.ts'

interface CommitListeners {
  deliver: Deliver
  /** Called for each commit. It is iterated at each commit, so listeners may be added at any time. */
  onCommit: Iterable<OnCommit>
}

/**
 * Creates the group commit, and what follows from its commits: jobs, webhooks, and `forget`, which removes or replaces
 * copies of messages in stored answers and deliveries. Adds the health check `database`. The caller must start the jobs
 * (`jobs.start(webhooks.kinds)`), and at the end close jobs and webhooks and await `groupCommit.idle()`. Throws an
 * Error for invalid `webhooks` and, if there are any, for invalid `webhookNetworks`, which it ignores otherwise.
 */
export function createCommits(options: ParleyOptions, backend: Backend, listeners: CommitListeners) {
  const { redisUrl, sharedDatabase = redisUrl !== undefined, webhooks: given = [], webhookNetworks = [] } = options
  const endpoints = readEndpoints(given)
  const note: Webhooks['note'] = (transaction) => webhooks.note(transaction)
  const groupCommit = openGroupCommit(backend, listeners, endpoints.length > 0 ? note : undefined)
  const jobs = createJobs({ ...backend, groupCommit, isAlone: !sharedDatabase })
  const webhooks = createWebhooks({
    ...backend,
    ...{ endpoints, networks: webhookNetworks, answerMs: backend.timing.webhookMs },
    ...{ groupCommit, jobs },
  })
  const forget: ForgetMessages = async (store, messageIds, body) => {
    await (body ? keepNewBody(store, messageIds, body) : store.keptAnswers.removeNaming(messageIds))
    await webhooks.forget(store, messageIds, body)
  }
  return { groupCommit, jobs, webhooks, forget }
}

function openGroupCommit(
  { database, store, latestAt, health, log }: Backend,
  listeners: CommitListeners,
  beforeCommit: Webhooks['note'] | undefined,
): GroupCommit {
  const groupCommit = createGroupCommit({
    database,
    createStore,
    latestAt,
    ...listeners,
    beforeCommit,
    failed: (err) => log.error({ err }, 'failed after a commit'),
  })
  health.add('database', async () => ((await store.meta.epoch()) && !groupCommit.isLost() ? 'ok' : 'unavailable'))
  return groupCommit
}
