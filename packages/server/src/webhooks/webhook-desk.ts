import type { WebhookPayload, WebhookType } from '@parley/protocol/features/webhook-types'
import type { JobRow } from '../core/jobs/job-store.ts'
import type { JobState } from '../core/jobs/job-table.ts'
import type { Store } from '../storage/store.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

/** An endpoint as it is configured, and how it is. */
export interface WebhookState {
  id: string
  url: string
  events: WebhookType[]
  /** Since when nothing is sent to it, because it answered 410; milliseconds since 1970. */
  disabledAt: number | null
  /** Deliveries that are still to be made, and that were given up; 10,000 stands for more. */
  waiting: number
  failed: number
  /** Since when the oldest of those that wait is there. */
  oldestWaitingAt: number | null
}

/** One event for one endpoint. */
export interface WebhookDelivery {
  /** The header `webhook-id`. */
  id: string
  /** The id of the endpoint. */
  endpoint: string
  type: WebhookType
  /** `failed` was given up; `waiting` may have been tried. */
  state: JobState
  tries: number
  /** What became of the last try. */
  note: string
  /** Milliseconds since 1970. */
  createdAt: number
  settledAt: number | null
}

/**
 * Which deliveries are sent again: one, or all that were given up since a time (milliseconds since 1970), of all endpoints or
 * one; what only pauses after a failure goes at once then, too.
 */
export type WebhookReplay = { id: string } | { failedSince: number; endpoint?: string }

export interface WebhookDesk {
  list(): Promise<WebhookState[]>
  /** The newest deliveries, of all endpoints or one; 50 if no number is given. */
  log(wanted?: { endpoint?: string; limit?: number }): Promise<WebhookDelivery[]>
  /** Sends deliveries again, under the same ids; resolves with how many. At most 10,000 at once. */
  replay(which: WebhookReplay): Promise<number>
  /** Tells an endpoint again that had answered 410; false if it was not off. Servers notice within a minute. */
  enable(endpoint: string): Promise<boolean>
}

interface DeskOptions {
  endpoints: readonly WebhookEndpoint[]
  /** Reads what is committed. */
  store: Store
  /** Runs what writes, in a transaction. */
  write<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Called when deliveries are due that were not. */
  changed(): void
}

const states = ['waiting', 'failed', 'done'] as const
const slice = 500
const mostAtOnce = 10_000

/** What operators do with webhooks: by the command, beside a running server, or in the host's own process. */
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
