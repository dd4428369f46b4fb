import type { Logger } from 'pino'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import type { Store } from '../storage/store.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

/** The endpoints that answered 410 and get no more events until an operator enables them. */
export interface DisabledEndpoints {
  /**
   * Whether an endpoint is disabled, from the copy of this node. Another node may have disabled it since the last
   * `read`.
   */
  has(endpoint: WebhookEndpoint): boolean
  /** Reads the disabled endpoints from the database. */
  read(): Promise<void>
  /** Disables an endpoint in the database, logs it, and reads anew. */
  add(endpoint: WebhookEndpoint, because: string): Promise<void>
}

interface DisabledOptions {
  store: Store
  groupCommit: GroupCommit
  log: Logger
}

/**
 * Makes this node's copy of the disabled endpoints. `has` asks the copy alone, and takes all endpoints for enabled
 * until the first `read`; nothing is read by itself. `add` stores an endpoint as disabled, logs that, and reads anew.
 * `read` and `add` reject if the database fails.
 */
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
      log.warn({ webhook: id, host: url.host }, 'a webhook was disabled: its endpoint answered 410')
      await read()
    },
  }
}
