import { type Body, type OperationName, operations, type ParsedInput, type User } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Store } from '../../storage/store.ts'
import type { MemberRule } from '../access.ts'
import type { Caller } from '../context.ts'
import { within } from '../limits/within.ts'
import { OperationError, shortened } from '../operation-error.ts'
import { assertMayActOn, type Rule } from '../policy.ts'
import type { SettledReach } from './settled-reach.ts'
import type { Gate } from './write-gate.ts'

/** A message that a user is about to send, or the new state of one that they edit. */
export interface MessageForReview {
  kind: 'send' | 'edit'
  user: User
  conversationId: string
  messageId: string
  /** Null for a sealed message, which only its receivers can read. */
  text: string | null
  body: Body
}

/** Undefined lets the message through; `refuse` refuses it with a sentence for its sender; `text` replaces its text. */
export type MessageReview = undefined | { refuse: string } | { text: string }

/**
 * The host application's look at a message before it is stored. Without a result the message passes. If it throws or
 * takes too long, the option `beforeMessageFails` decides.
 */
export type BeforeMessage = (
  message: MessageForReview,
  // biome-ignore lint/suspicious/noConfusingVoidType: a function without a return is the usual way to answer nothing.
) => MessageReview | void | Promise<MessageReview | void>

interface ReviewOptions {
  beforeMessage: BeforeMessage
  /** What becomes of a message when the host application fails or does not answer in time. */
  fails: 'open' | 'closed'
  policy: Record<OperationName, Rule>
  store: Store
  reachOf: SettledReach
  waitMs: number
  log: Logger
}

type Reviewed = 'message.send' | 'message.edit'
type Input = ParsedInput<'message.send'> | ParsedInput<'message.edit'>

const mostSentence = 300

/**
 * Makes a gate that asks the host application about each sent or edited message before a transaction begins, and
 * changes no other operation. The answer lets it pass, replaces its text, or refuses it as `forbidden`, with at most
 * 300 characters of its sentence. Without a valid answer in `waitMs`, it passes if `fails` is `open`, else it is
 * `unavailable`. The host does not see what the rule of the operation refuses, nor a resend, whose stored body counts
 * (unless that was edited or deleted). Sends of one user to a conversation, and edits of one message, keep their order.
 */
export function createMessageReview(options: ReviewOptions): Gate {
  const { beforeMessage, fails, waitMs, log } = options
  const inOrder = createOrder()

  const review = async (name: Reviewed, input: Input, caller: Caller): Promise<Input> => {
    const message = await messageOf(options, { name, input, caller })
    if (!('kind' in message)) return message.stored
    try {
      const answer = readAnswer(await within(waitMs, 'beforeMessage()', async () => beforeMessage(message)))
      return answer === undefined ? input : withAnswer(name, input, answer)
    } catch (err) {
      if (err instanceof OperationError) throw err
      log.warn({ err, messageId: message.messageId, fails }, 'the host application did not review a message')
      if (fails === 'open') return input
      throw new OperationError('unavailable', 'This message could not be checked in time.', 1_000)
    }
  }

  return (name, way) => {
    if (name !== 'message.send' && name !== 'message.edit') return way
    return async (given, asking) => {
      const [input, caller] = [given as Input, asking as Caller]
      const place = 'conversationId' in input ? input.conversationId : input.messageId
      return way(await inOrder(`${caller.user.id} ${place}`, () => review(name, input, caller)), caller)
    }
  }
}

interface Asked {
  name: Reviewed
  input: Input
  caller: Caller
}

type MessageOptions = Pick<ReviewOptions, 'policy' | 'store' | 'reachOf'>

/**
 * The message to review, or, if it is sent again, the stored input. Throws the refusal that the operation would give.
 */
async function messageOf(
  { policy, store, reachOf }: MessageOptions,
  { name, input, caller }: Asked,
): Promise<MessageForReview | { stored: Input }> {
  const rule = policy[name] as MemberRule
  const reach = await reachOf(rule, { input, caller })
  const messageId = 'id' in input ? input.id : input.messageId
  const stored = await store.messages.byId(messageId)
  const isOwn = stored?.sender_id === caller.user.id
  if (name === 'message.edit') {
    assertMayActOn({ others: rule.others ?? [] }, reach, stored?.sender_id ?? '')
    if (!stored || stored.body === null) throw new OperationError('not_found')
  }
  // It is sent again because the answer was lost. The host may have replaced its text the first time: the stored one
  // counts.
  if (name === 'message.send' && isOwn && stored.body !== null && stored.sent_hash === null) {
    return { stored: { ...input, body: JSON.parse(stored.body) as Body } }
  }
  return {
    kind: name === 'message.send' ? 'send' : 'edit',
    user: { ...caller.user },
    conversationId: reach.conversation.id,
    messageId,
    text: input.body.kind === 'plain' ? input.body.text : null,
    body: structuredClone(input.body),
  }
}

/** Checks the answer, because a host may be written in JavaScript; throws for any other value. */
function readAnswer(answer: unknown): MessageReview {
  if (answer === undefined) return undefined
  if (typeof answer === 'object' && answer !== null) {
    if ('refuse' in answer && typeof answer.refuse === 'string') return { refuse: answer.refuse }
    if ('text' in answer && typeof answer.text === 'string') return { text: answer.text }
  }
  throw new Error('beforeMessage() answered with neither nothing, nor { refuse }, nor { text }')
}

function withAnswer(name: Reviewed, input: Input, answer: { refuse: string } | { text: string }): Input {
  if ('refuse' in answer) {
    throw new OperationError('forbidden', shortened(answer.refuse, mostSentence) || 'This message is not allowed here.')
  }
  if (input.body.kind !== 'plain') throw new Error('beforeMessage() gave a text for a sealed message')
  const parsed = operations[name].input.safeParse({ ...input, body: { ...input.body, text: answer.text } })
  if (!parsed.success) throw new Error(`beforeMessage() gave a text that no message may have: ${parsed.error.message}`)
  return parsed.data
}

/** Runs work at the same time, and settles work of the same key in the order in which it began. */
function createOrder() {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(key)
    const own = work()
    const ended = Promise.allSettled([before, own]).then(() => {
      if (last.get(key) === ended) last.delete(key)
    })
    last.set(key, ended)
    await before
    return await own
  }
}
