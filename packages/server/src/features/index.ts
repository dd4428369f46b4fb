import type { OperationName } from '@parley/protocol'
import type { BodyPart } from '../core/body/body-part.ts'
import { composeBodyParts } from '../core/body/composed-body-parts.ts'
import type { Erasure } from '../core/erasure.ts'
import type { ByteRoutes, Handlers } from '../core/feature.ts'
import type { EnsureRoom } from '../core/host/host-room.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import { jobStore } from '../core/jobs/job-store.ts'
import type { Kernel } from '../core/kernel.ts'
import type { Charge } from '../core/limits/budgets.ts'
import type { Cost } from '../core/limits/costs.ts'
import type { Rule } from '../core/policy.ts'
import { composeRows } from '../core/rows/composed-rows.ts'
import { keptAnswerErasure } from '../idempotency/kept-answer-erasure.ts'
import { keptAnswerStore } from '../idempotency/kept-answer-store.ts'
import { apiKeyStore } from '../keys/api-key-store.ts'
import { keyErasure } from '../keys/key-erasure.ts'
import { composeStore } from '../storage/store.ts'
import { webhookErasure } from '../webhooks/webhook-erasure.ts'
import { webhookStore } from '../webhooks/webhook-store.ts'
import { administration } from './administration/index.ts'
import { attachments } from './attachments/index.ts'
import { blocks } from './blocks/index.ts'
import { contacts } from './contacts/index.ts'
import { createEnsureRoom } from './conversations/host-rooms.ts'
import { conversations } from './conversations/index.ts'
import { hidings } from './hidings/index.ts'
import { hooks } from './hooks/index.ts'
import { memberships } from './memberships/index.ts'
import { messages } from './messages/index.ts'
import { offers } from './offers/index.ts'
import { presence } from './presence/index.ts'
import { reactions } from './reactions/index.ts'
import { receipts } from './receipts/index.ts'
import { sessions } from './sessions/index.ts'
import { sync } from './sync/index.ts'
import { typing } from './typing/index.ts'
import { users } from './users/index.ts'
import { startErasures } from './users/user-erasure.ts'
import { createUserLifecycle } from './users/user-lifecycle.ts'

export { createReadOfferEdits } from './offers/offer-edits.ts'
export { createDeliveredReports } from './receipts/delivered-reports.ts'
export { readMissing } from './sync/missed-deliveries.ts'
export { createReadMissed } from './sync/missed-messages.ts'
export { createHostUsers } from './users/host-users.ts'

/** The list of features. No other place of the server names them all. */
const features = [
  sessions,
  users,
  contacts,
  blocks,
  conversations,
  hidings,
  memberships,
  messages,
  attachments,
  reactions,
  offers,
  receipts,
  typing,
  presence,
  hooks,
  sync,
  administration,
] as const

/** The rule of every operation; an operation without one does not compile. */
export const policy: Record<OperationName, Rule> = merged(features.map((feature) => feature.policy))

/** What every operation may cost; an operation without it does not compile. */
export const costs: Record<OperationName, Cost> = merged(features.map((feature) => feature.costs))

/** The budget that every operation spends. */
export const charges = Object.fromEntries(Object.entries(costs).map(([name, { charge }]) => [name, charge])) as Record<
  OperationName,
  Charge
>

const rowsIn = composeRows(
  features.flatMap((feature) => ('rows' in feature ? [feature.rows] : [])),
  features.flatMap((feature) => ('accountRows' in feature ? [feature.accountRows] : [])),
  features.flatMap((feature) => ('sideRows' in feature ? [feature.sideRows] : [])),
)

/**
 * Makes the store of a connection or an open transaction: the stores of all features, of jobs, webhooks, API keys and
 * kept answers, and `rows`, which reads the rows of all features. Each is made at its first use; making one reads
 * nothing.
 */
export const createStore = composeStore({
  ...merged(features.flatMap((feature) => ('stores' in feature ? [feature.stores] : []))),
  jobs: jobStore,
  webhooks: webhookStore,
  rows: (_, store) => rowsIn(store),
  apiKeys: apiKeyStore,
  keptAnswers: keptAnswerStore,
})

const bodyParts = composeBodyParts(
  features.flatMap((feature): BodyPart[] => ('bodyPart' in feature ? [feature.bodyPart as BodyPart] : [])),
)

/**
 * Run in this order: memberships end before messages are deleted, so that no new ones come, and reactions go with the
 * messages.
 */
const erasures = [
  ...features.flatMap((feature) => ('erasure' in feature ? [feature.erasure as Erasure] : [])),
  keyErasure,
  keptAnswerErasure,
  webhookErasure,
]

interface StartedFeatures {
  handlers: Handlers
  /** Routes that send or receive bytes. */
  routes: readonly ByteRoutes[]
  lifecycle: UserLifecycle
  ensureRoom: EnsureRoom
}

/**
 * Creates the handlers and byte routes of all features, and for the host application `lifecycle` and `ensureRoom`,
 * which manage its users and rooms. Starts the background work of the features, which ends by `whenClosing`. Call it
 * once for each server.
 */
export function startFeatures(lent: Omit<Kernel, 'bodyParts' | 'resumeErasures'>): StartedFeatures {
  const kernel: Kernel = { ...lent, bodyParts, resumeErasures: () => begun.resume() }
  const begun = startErasures(kernel, erasures)
  for (const feature of features) if ('begin' in feature) feature.begin(kernel)
  return {
    handlers: merged(features.map(({ handlers }) => (typeof handlers === 'function' ? handlers(kernel) : handlers))),
    routes: features.flatMap((feature) => ('routes' in feature ? feature.routes(kernel) : [])),
    lifecycle: createUserLifecycle(kernel, begun),
    ensureRoom: createEnsureRoom(kernel.groupCommit),
  }
}

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never

/** Merges objects into one. */
function merged<T extends object>(parts: readonly T[]): Intersection<T> {
  return Object.assign({}, ...parts)
}
