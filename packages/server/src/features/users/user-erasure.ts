import { v7 as uuidv7 } from 'uuid'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { Context } from '../../core/context.ts'
import type { Erasure } from '../../core/erasure.ts'
import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { OperationError } from '../../core/operation-error.ts'
import { toUser } from './user-store.ts'

/**
 * Every node looks for unfinished erasures after this many milliseconds; that several nodes work on one does no harm.
 */
const searchMs = 60_000

type Work<T> = (context: Context) => Promise<T>

interface ErasureRun {
  kernel: Kernel
  erasures: readonly Erasure[]
  /** Runs one slice in a transaction of its own, after other requests that wait. */
  slice<T>(userId: string, work: Work<T>): Promise<T>
}

export interface Erasures {
  /**
   * Runs the erasure of a user, which must have begun; resolves when all data is deleted. Simultaneous calls share one
   * run.
   */
  run(userId: string): Promise<void>
  /** Runs all erasures that have begun, in the background, after the open transaction is committed. */
  resume(): void
}

/** Erases users in slices between other commits. Unfinished erasures continue after a restart. */
export function startErasures(kernel: Kernel, erasures: readonly Erasure[]): Erasures {
  const { store, log, whenClosing } = kernel
  const running = new Map<string, Promise<void>>()
  let isClosed = false
  const slice: ErasureRun['slice'] = async (userId, work) => {
    await sliceOrder.next()
    if (isClosed) throw new OperationError('unavailable', closingSentence)
    // In a batch of its own, because it may lock rows in another order than a command.
    return kernel.groupCommit.run((transaction) => work(contextOf(transaction, userId)), Symbol())
  }
  const run = (userId: string): Promise<void> => {
    const begun = running.get(userId)
    if (begun) return begun
    const work = erase({ kernel, erasures, slice }, userId).finally(() => running.delete(userId))
    running.set(userId, work)
    return work
  }
  const interrupted = (err: unknown, userId?: string) => {
    if (!isClosed) log.warn({ err, userId }, 'an erasure was interrupted; it continues later')
  }
  const resumeAll = async () => {
    for (const userId of await store.erasures.pending()) {
      if (isClosed) return
      // One that always fails must not stop the others.
      await run(userId).catch((err: unknown) => interrupted(err, userId))
    }
  }
  const resumeInBackground = () => void resumeAll().catch((err: unknown) => interrupted(err))
  const timer = setInterval(resumeInBackground, searchMs).unref()
  resumeInBackground()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    await Promise.allSettled(running.values())
  })
  // The next transaction begins after the open one is committed.
  const resume = () => void kernel.groupCommit.run(async () => {}).then(resumeInBackground, () => {})
  return { run, resume }
}

const closingSentence = 'The server is closing. The erasure continues when it starts again.'

async function erase(run: ErasureRun, userId: string): Promise<void> {
  const { kernel, erasures, slice } = run
  await eraseConversations(run, userId)
  for (const { ofAccount } of erasures) {
    if (ofAccount) await inSlices((from) => slice(userId, (context) => ofAccount(context, from)))
  }
  for (const { outside } of erasures) await outside?.(kernel)
  const isDone = await slice(userId, ({ store }) => end(store, userId))
  // A request that was running when the erasure began may have added the user to another conversation.
  if (!isDone) return erase(run, userId)
  if (!(await kernel.dropLog())) kernel.log.warn({ userId }, 'erased, but readers kept the log of the database')
}

async function eraseConversations(run: ErasureRun, userId: string): Promise<void> {
  const { kernel, erasures, slice } = run
  for (;;) {
    const conversationId = await kernel.store.erasures.nextConversationId(userId)
    if (conversationId === undefined) return
    for (const { inConversation } of erasures) {
      if (inConversation) await eraseIn(run, { userId, conversationId }, inConversation)
    }
    await slice(userId, ({ store }) => store.erasures.passed(userId, conversationId))
  }
}

type InConversation = NonNullable<Erasure['inConversation']>

async function eraseIn(
  { kernel: { bodyParts, forget }, slice }: ErasureRun,
  { userId, conversationId }: { userId: string; conversationId: string },
  inConversation: InConversation,
): Promise<void> {
  await inSlices((from) =>
    slice(userId, async (context) => {
      await context.store.heads.hold([{ conversationId }])
      const reach = await context.store.reaches.one(conversationId, userId)
      return reach && inConversation({ ...context, reach, bodyParts, forget }, from)
    }),
  )
}

/** Runs slices, each from the number with which the one before ended, until one ends with undefined. */
async function inSlices(work: (from: number) => Promise<number | undefined>): Promise<void> {
  for (let next: number | undefined = 0; next !== undefined; ) next = await work(next)
}

function contextOf({ store, now, emit }: OpenTransaction, userId: string): Context {
  return { caller: { user: anonymous(userId), sessionId: null, socket: null }, store, now, emit }
}

async function end(store: Context['store'], userId: string): Promise<boolean> {
  const isSomewhere = (await store.memberships.heardBy([userId])).length > 0
  if (isSomewhere) await store.erasures.begin(userId)
  else await store.erasures.end(userId)
  return !isSomewhere
}

const profile = { username: 'deleted', display_name: 'Deleted user', avatar_url: null, role: 'user' } as const

const anonymous = (id: string) => toUser({ id, ...profile })

/** Removes all personal data from the row of the user, and stores that the rest must be erased. */
export async function beginErasure(
  { store, now }: Pick<OpenTransaction, 'store' | 'now'>,
  userId: string,
): Promise<void> {
  await store.users.update(userId, {
    ...profile,
    // Must be unique, because names are looked up by it.
    username_key: `deleted ${uuidv7()}`,
    password_hash: null,
    last_seen_at: null,
    appears_offline: 0,
    suspended_at: null,
    erased_at: now,
  })
  await store.erasures.begin(userId)
}
