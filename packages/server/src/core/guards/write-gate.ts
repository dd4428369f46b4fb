import type { OperationName } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Store } from '../../storage/store.ts'
import type { Anyone, Caller } from '../context.ts'
import { within } from '../limits/within.ts'
import { OperationError } from '../operation-error.ts'
import type { Rule } from '../policy.ts'
import type { SettledReach } from './settled-reach.ts'

/** May one person write to another in a direct conversation? Both are named by the ids of the host application. */
export type MayWrite = (from: string, to: string) => boolean | Promise<boolean>

type Way = (input: unknown, caller: Anyone) => Promise<unknown>

/** Wraps the function that runs an operation with a check before it, or returns that function unchanged. */
export type Gate = (name: OperationName, way: Way) => Way

interface GateOptions {
  mayWrite: MayWrite
  policy: Record<OperationName, Rule>
  store: Store
  reachOf: SettledReach
  /** Milliseconds that the host application has for its answer. */
  waitMs: number
  log: Logger
}

/**
 * Copies the policy with all of its rules, and leaves out the condition `when: 'contacts'` of those that have it. It is
 * for a server where anyone can write, or where the host application decides.
 */
export const withoutContacts = (policy: Record<OperationName, Rule>) =>
  Object.fromEntries(
    Object.entries(policy).map(([name, rule]) => [name, { ...rule, when: undefined }]),
  ) as typeof policy

/**
 * Makes a gate that asks the host application before each operation with `when: 'contacts'`, outside of its
 * transaction, and changes no other operation. Any answer but `true` refuses it with `no_contact`; no answer in
 * `waitMs` or a failure, with `unavailable`. It does not ask for rooms, for users who write to themselves, nor in a
 * conversation where the rule refuses, which rejects with that refusal. Answers are not cached; overlapping questions
 * of one user about the same conversation, message or user are asked once, which also keeps messages in order.
 */
export function createWriteGate(options: GateOptions): Gate {
  const { mayWrite, policy, waitMs, log } = options
  const asking = new Map<string, Promise<void>>()

  const ask = async (from: string, to: string): Promise<void> => {
    const answer = await within(waitMs, 'mayWrite()', async () => mayWrite(from, to)).catch((err: unknown) => {
      log.warn({ err, from, to }, 'the host application did not say who may write')
      throw new OperationError('unavailable', 'Nobody could say in time whether you may write to this person.', 1_000)
    })
    if (answer !== true) throw new OperationError('no_contact')
  }

  const askOnce = (rule: Rule, input: Named, caller: Caller): Promise<void> => {
    const key = `${caller.user.id} ${input.conversationId ?? ''} ${input.messageId ?? ''} ${input.userId ?? ''}`
    const running = asking.get(key)
    if (running) return running
    const question = receiversOf(options, rule, input, caller)
      .then(async (people) => {
        for (const to of people) await ask(caller.user.id, to)
      })
      .finally(() => void asking.delete(key))
    asking.set(key, question)
    return question
  }

  return (name, way) => {
    const rule: Rule = { ...policy[name], when: undefined }
    if (policy[name].when !== 'contacts') return way
    return async (input, caller) => {
      await askOnce(rule, input as Named, caller as Caller)
      return way(input, caller)
    }
  }
}

interface Named {
  conversationId?: string
  messageId?: string
  userId?: string
}

/** The users to whom the operation would write; none for a room. Rejects with the refusal that it would give. */
async function receiversOf(
  { store, reachOf }: Pick<GateOptions, 'store' | 'reachOf'>,
  rule: Rule,
  input: Named,
  caller: Caller,
): Promise<string[]> {
  const isOther = (id: string) => id !== caller.user.id
  if (rule.for !== 'members') return input.userId === undefined ? [] : [input.userId].filter(isOther)
  const { conversation } = await reachOf(rule, { input: input as { conversationId: string }, caller })
  if (conversation.kind === 'room') return []
  return (await store.memberships.activeUserIds(conversation.id)).filter(isOther)
}
