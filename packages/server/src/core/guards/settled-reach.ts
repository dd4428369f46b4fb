import type { Reach } from '../../features/memberships/reach-store.ts'
import type { Store } from '../../storage/store.ts'
import { type MemberInput, type MemberRule, reachConversations } from '../access.ts'
import type { GroupCommit, Job } from '../commit/group-commit.ts'
import type { Caller } from '../context.ts'
import { OperationError } from '../operation-error.ts'

/** Throws what the operation itself would be refused with. */
export type SettledReach = (rule: MemberRule, asked: { input: MemberInput; caller: Caller }) => Promise<Reach>

/**
 * The reach of a caller for a question that comes before the transaction. What committed rows refuse may be allowed by
 * what the same caller asked for just before and is not committed yet: that is waited for, and then the rows decide.
 * What they refuse then goes no further, so that nothing reaches its transaction without the question.
 */
export function createSettledReach(store: Store, { submit }: Pick<GroupCommit, 'submit'>): SettledReach {
  /** The jobs of one caller keep their order: this one is settled after all that they submitted before. */
  const settled = (caller: Caller) =>
    new Promise<void>((settle, fail) => submit({ batch: nothing, caller, settle, fail }))

  const look: (...given: Parameters<SettledReach>) => Promise<Reach | OperationError> = async (rule, asked) =>
    (await reachConversations(store, rule, [asked]))[0] ?? new OperationError('not_found')

  return async (rule, asked) => {
    const early = await look(rule, asked)
    if (!(early instanceof Error)) return early
    await settled(asked.caller)
    const reach = await look(rule, asked)
    if (reach instanceof Error) throw reach
    return reach
  }
}

const nothing: Job['batch'] = async () => {}
