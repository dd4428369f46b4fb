import type { Reach } from '../../features/memberships/reach-store.ts'
import type { Store } from '../../storage/store.ts'
import { type MemberInput, type MemberRule, reachConversations } from '../access.ts'
import type { GroupCommit, Job } from '../commit/group-commit.ts'
import type { Caller } from '../context.ts'
import { OperationError } from '../operation-error.ts'

/** Resolves with the caller's reach; rejects with the refusal that the operation itself would give. */
export type SettledReach = (rule: MemberRule, asked: { input: MemberInput; caller: Caller }) => Promise<Reach>

/**
 * Makes the check of a caller's reach for a question to the host, before the transaction begins. It reads committed
 * rows at each call. If they refuse, an earlier request of the same caller that is not committed yet may allow it: so
 * it waits for those requests, and reads once more. The second refusal is final, and rejects, so that no request
 * reaches its transaction without the question. It also rejects if a read or that wait fails.
 */
export function createSettledReach(store: Store, { submit }: Pick<GroupCommit, 'submit'>): SettledReach {
  /** Resolves after all jobs that the caller has submitted before, because the jobs of one caller keep their order. */
  const settled = (caller: Caller) =>
    new Promise<void>((settle, fail) => submit({ batch: nothing, caller, settle, fail }))

  const readReach: (...given: Parameters<SettledReach>) => Promise<Reach | OperationError> = async (rule, asked) =>
    (await reachConversations(store, rule, [asked]))[0] ?? new OperationError('not_found')

  return async (rule, asked) => {
    const early = await readReach(rule, asked)
    if (!(early instanceof Error)) return early
    await settled(asked.caller)
    const reach = await readReach(rule, asked)
    if (reach instanceof Error) throw reach
    return reach
  }
}

const nothing: Job['batch'] = async () => {}
