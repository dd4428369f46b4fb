import type { ComposedBodyParts } from './body/composed-body-parts.ts'
import type { Context, MemberContext } from './context.ts'
import type { ForgetMessages, Kernel } from './kernel.ts'

/** A slice of an erasure in one conversation. The caller is the person, who has no name any more. */
export interface ConversationErasure extends MemberContext {
  bodyParts: ComposedBodyParts
  forget: ForgetMessages
}

/**
 * How a feature lets go of what it keeps of one person. Each call is one slice, in a transaction of its own, and takes no
 * longer than a command. After a crash all of it is done again, so what is gone already must be passed by.
 */
export interface Erasure {
  /** In one conversation, from a place on, which begins with 0. Resolves with the place of the next slice; undefined at the end. */
  inConversation?(context: ConversationErasure, from: number): Promise<number | undefined>
  /** Beside the conversations, once all of them are done, from a place on and with the place of the next slice in the same way. */
  ofAccount?(context: Context, from: number): Promise<number | undefined>
  /** What lies outside of the database, once no row needs it. */
  outside?(kernel: Kernel): Promise<void>
}
