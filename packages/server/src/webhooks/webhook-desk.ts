import type { WebhookPayload, WebhookType } from '@parley/protocol/features/webhook-types'
import type { JobRow } from '../core/jobs/job-store.ts'
import type { JobState } from '../core/jobs/job-table.ts'
import type { Store } from '../storage/store.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

/** The configuration and state of an endpoint. */
export interface WebhookState {
  id: string
  url: string
  events: WebhookType[]
  /** When it was disabled because it answered 410, in milliseconds since 1970; null if it is enabled. */
  disabledAt: number | null
  /** The number of deliveries that wait; at most 10,000 are counted. */
  waiting: number
  /** The number of deliveries that were given up; at most 10,000 are counted. */
  failed: number
  /** When the oldest waiting delivery was written, in milliseconds since 1970; null if none waits. */
  oldestWaitingAt: number | null
}

/** The delivery of one event to one endpoint. */
export interface WebhookDelivery {
  /** The header `webhook-id`. */
  id: string
  /** The id of the endpoint. */
  endpoint: string
  type: WebhookType
  /** `waiting` will be tried, perhaps again; `failed` was given up; `done` succeeded. */
  state: JobState
  tries: number
  /** The outcome of the last try, such as `answered 500`. */
  note: string
  /** Milliseconds since 1970. */
  createdAt: number
  /** When it succeeded or was given up, in milliseconds since 1970; else null. */
  settledAt: number | null
}

/**
 * Which deliveries to send again: one, or all failed ones that were written since a time (milliseconds since 1970), for
 * one endpoint or all. The latter also ends the pauses of deliveries that wait after a failure.
 */
export type WebhookReplay = { id: string } | { failedSince: number; endpoint?: string }

/** Administers webhooks. */
export interface WebhookDesk {
  /** All configured endpoints. */
  list(): Promise<WebhookState[]>
  /** The newest deliveries, of all endpoints or one; 50 if no number is given. */
  log(wanted?: { endpoint?: string; limit?: number }): Promise<WebhookDelivery[]>
  /**
   * Queues one delivery, in any state, or failed ones, about 10,000 at most for each call, to be sent again with the
   * same ids; resolves with their number, 0 if there are none. Does not wait until they are sent, and those to a
   * disabled endpoint fail again.
   */
  replay(which: WebhookReplay): Promise<number>
  /** Enables a disabled endpoint; resolves with false if it was not disabled. Other nodes notice within a minute. */
  enable(endpoint: string): Promise<boolean>
}

interface DeskOptions {
  endpoints: readonly WebhookEndpoint[]
  /** For reading, outside of transactions. */
  store: Store
  /** Runs the work in a transaction. */
  write<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Called after a change that may make deliveries due. */
  changed(): void
}

const states = ['waiting', 'failed', 'done'] as const
const slice = 500
const mostAtOnce = 10_000

/**
 * Makes the desk for these endpoints: `list` gives their states, `log` their newest deliveries, and `replay` queues
 * deliveries again and resolves with their number, 0 for one to any other endpoint. `enable` resolves with false if the
 * endpoint was not disabled. The desk reads the database at each call, and sends nothing: after `replay` and `enable`,
 * also if they changed nothing, it calls `changed`. Used by the command, beside a running server, and by the host in
 * the same process.
 */
export function createWebhookDesk({ endpoints, store, write, changed }: DeskOptions): WebhookDesk {
  const chosen = (id?: string) => endpoints.filter((endpoint) => id === undefined || endpoint.id === id)

  const failedSince = async (since: number, endpoint?: string): Promise<Pick<JobRow, 'place' | 'kind' | 'line'>[]> => {
    const found: Pick<JobRow, 'place' | 'kind' | 'line'>[] = []
    for (const { kind } of chosen(endpoint)) {
      for (let read = 0, isMore = true; isMore && found.length < mostAtOnce; read += slice) {
        const page = await store.jobs.inState(kind, 'failed', 'desc', slice, read)
        const young = page.filter(({ created_at }) => created_at >= since)
        found.push(...young.map(({ place, line }) => ({ place, kind, line })))
        isMore = young.length === slice
      }
    }
    return found.sort((one, other) => one.place - other.place)
  }

  return {
    list: () => Promise.all(endpoints.map((endpoint) => stateOf(store, endpoint))),

    log: async ({ endpoint, limit = 50 } = {}) => {
      const lists = chosen(endpoint).flatMap(({ id, kind }) =>
        states.map(async (state) => (await store.jobs.inState(kind, state, 'desc', limit)).map((row) => ({ id, row }))),
      )
      const found = (await Promise.all(lists)).flat()
      return found
        .sort((one, other) => other.row.place - one.row.place)
        .slice(0, limit)
        .map(({ id, row }) => toDelivery(id, row))
    },

    replay: async (which) => {
      const one = 'id' in which ? await store.jobs.byId(which.id) : undefined
      const isOurs = one && endpoints.some(({ kind }) => kind === one.kind)
      const jobs = 'id' in which ? (isOurs ? [one] : []) : await failedSince(which.failedSince, which.endpoint)
      const now = await store.jobs.sharedTime()
      for (let from = 0; from < jobs.length; from += slice) {
        await write((store) => store.jobs.again(jobs.slice(from, from + slice), now))
      }
      if (!('id' in which)) {
        for (const { kind } of chosen(which.endpoint)) await write((store) => store.jobs.endPauses(kind, now))
      }
      changed()
      return jobs.length
    },

    enable: async (endpoint) => {
      const rows = await write((store) => store.webhooks.enable(endpoint))
      changed()
      return rows > 0
    },
  }
}

async function stateOf(store: Store, { id, kind, url, types }: WebhookEndpoint): Promise<WebhookState> {
  const disabled = (await store.webhooks.disabled()).find((row) => row.id === id)
  const waiting = await store.jobs.figures(kind, 'waiting')
  const failed = await store.jobs.figures(kind, 'failed')
  return {
    ...{ id, url: url.href, events: [...types], disabledAt: disabled?.disabled_at ?? null },
    ...{ waiting: waiting.count, failed: failed.count, oldestWaitingAt: waiting.oldest },
  }
}

const toDelivery = (endpoint: string, row: JobRow): WebhookDelivery => ({
  id: row.id,
  endpoint,
  type: (JSON.parse(row.payload) as WebhookPayload).type,
  state: row.state,
  tries: row.tries,
  note: row.note,
  createdAt: row.created_at,
  settledAt: row.settled_at,
})
