import type { Store } from '../../storage/store.ts'
import type { Caller } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import type { Rule } from '../policy.ts'

// The types of requests follow from the catalogue; here any of them may come.
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Any = any

type Enter = (requests: readonly Any[], store: Store) => Promise<readonly Any[]>

/**
 * Rejects with `forbidden` unless the caller is an administrator in the database now. The role that a socket was
 * admitted with may be outdated: an administrator who was suspended on another node has no power here either.
 */
export async function assertAdministrator(store: Store, { user }: Pick<Caller, 'user'>): Promise<void> {
  const entrant = await store.users.entrant(user.id)
  if (entrant?.user.role !== 'admin') throw new OperationError('forbidden')
}

/**
 * Returns `enter` itself unless the rule has `only`. Otherwise it wraps it: in place of an admitted request, it returns
 * `forbidden` if the caller is no administrator now. Other refusals of `enter` stay as they are.
 */
export const guardRole = (rule: Rule, enter: Enter): Enter =>
  rule.only === undefined
    ? enter
    : async (requests, store) => {
        const checked: Any[] = []
        for (const request of await enter(requests, store)) checked.push(await checkedRequest(request, store))
        return checked
      }

async function checkedRequest(request: Any, store: Store): Promise<Any> {
  if (request instanceof Error) return request
  try {
    await assertAdministrator(store, request.context.caller)
    return request
  } catch (error) {
    if (error instanceof OperationError) return error
    throw error
  }
}
