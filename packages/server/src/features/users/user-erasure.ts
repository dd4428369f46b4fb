import { v7 as uuidv7 } from 'uuid'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { Context } from '../../core/context.ts'
import type { Erasure } from '../../core/erasure.ts'
import type { Kernel } from '../../core/kernel.ts'
import { type SlicedWork, startSlicedWork } from '../../core/limits/sliced-work.ts'
import { toUser } from './user-store.ts'

interface ErasureRun {
  kernel: Kernel
  erasures: readonly Erasure[]
  /** Runs one slice in a transaction of its own. */
  slice<T>(userId: string, work: (context: Context) => Promise<T>): Promise<T>
}

/**
 * Starts the work that erases users in slices, feature by feature in the order of the list. It continues unfinished
 * erasures now and every minute, on every node. To erase a user, first call `beginErasure`, then `run`, which resolves
 * when it is done and rejects if it fails, or `resume`, which works in the background and logs failures. If the user
 * has become a member of a conversation meanwhile, the erasure begins anew.
 */
export const startErasures = (kernel: Kernel, erasures: readonly Erasure[]): SlicedWork =>
  startSlicedWork(kernel, {
    name: 'erasure of a user',
    idName: 'userId',
    pending: kernel.store.erasures.pending,
    work: (userId, slice) =>
      erase(
        { kernel, erasures, slice: (id, work) => slice((transaction) => work(contextOf(transaction, id))) },
        userId,
      ),
  })

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

/**
 * Removes all personal data from the row of a user, and stores that the rest must be erased, which the work of
 * `startErasures` does. It does not end the user's access: call `endAccess` in the same transaction.
 */
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
