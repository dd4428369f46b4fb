import type { Logger } from 'pino'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import type { Store } from '../storage/store.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

/** Which endpoints want to be told nothing more. */
export interface DisabledEndpoints {
  /** As this node knows it; others say so when they have a job for it. */
  has(endpoint: WebhookEndpoint): boolean
  /** Reads it anew. */
  read(): Promise<void>
  add(endpoint: WebhookEndpoint, because: string): Promise<void>
}

interface DisabledOptions {
  store: Store
  groupCommit: GroupCommit
  log: Logger
}

export function createDisabledEndpoints({ store, groupCommit, log }: DisabledOptions): DisabledEndpoints {
  let ids = new Set<string>()
  const read = async () => {
    ids = new Set((await store.webhooks.disabled()).map(({ id }) => id))
  }
  return {
    has: ({ id }) => ids.has(id),
    read,
    add: async ({ id, url }, because) => {
      await groupCommit.run((transaction) =>
        transaction.store.webhooks.disable({ id, disabled_at: Date.now(), because }),
      )
      log.warn({ webhook: id, host: url.host }, 'a webhook is off: its endpoint wants no more')
      await read()
    },
  }
}
