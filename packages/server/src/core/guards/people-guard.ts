import type { Store } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import type { Rule } from '../policy.ts'
import { guardRole } from './role-guard.ts'

interface Request {
  input: Record<string, unknown>
  context: Pick<Context, 'caller'>
}

// The types of inputs follow from the catalogue; here any of them may come.
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Any = any

/** The users whom the input names in the field `toward` of the rule, without the caller. */
function namedPeople({ toward }: Pick<Rule, 'toward'>, { input, context }: Request): string[] {
  const named = toward === undefined ? [] : [input[toward] ?? []].flat()
  return [...new Set(named as string[])].filter((id) => id !== context.caller.user.id)
}

type Enter = (requests: readonly Any[], store: Store) => Promise<readonly Any[]>

/**
 * Wraps `enter`: in place of an admitted request, it returns `no_contact` if the rule forbids it toward a user whom the
 * input names, other than the caller. Contacts and blocks between the two are locked until the commit, so that a block
 * holds as soon as it is acknowledged. The refusal does not show which of the two caused it. Before that `guardRole`
 * checks the caller's role; it alone does for a rule without `toward`.
 */
export function guardPeople(rule: Rule, enter: Enter): Enter {
  const admit: Enter = guardRole(rule, enter)
  if (rule.toward === undefined) return admit
  return async (requests, store) => {
    const checked: Any[] = []
    for (const request of await admit(requests, store)) {
      const isRefused = !(request instanceof Error) && (await isOutOfReach(store, rule, request))
      checked.push(isRefused ? new OperationError('no_contact') : request)
    }
    return checked
  }
}

async function isOutOfReach(store: Store, rule: Rule, request: Request): Promise<boolean> {
  const me = request.context.caller.user.id
  const people = namedPeople(rule, request)
  if (people.length === 0) return false
  await store.contacts.hold(me, people)
  const pairs = people.map((other) => ({ one: me, other }))
  if (rule.unless === 'blocked' && (await store.blocks.amongPairs(pairs)).includes(true)) return true
  if (rule.when !== 'contacts') return false
  for (const other of people) if ((await store.contacts.byPair(me, other))?.state !== 'accepted') return true
  return false
}
