import type { ComposedBodyParts } from './body/composed-body-parts.ts'
import type { Context, MemberContext } from './context.ts'
import type { ForgetMessages, Kernel } from './kernel.ts'

/**
 * The context of a slice of an erasure in one conversation. The caller is the erased user, whose name is gone already.
 */
export interface ConversationErasure extends MemberContext {
  bodyParts: ComposedBodyParts
  forget: ForgetMessages
}

/**
 * How a feature erases what it stores about one user. Each call erases one slice, in a transaction of its own, and
 * takes no longer than a command. After a crash the erasure starts again, so each call must accept that rows are gone
 * already.
 */
export interface Erasure {
  /**
   * Erases a slice of one conversation, which starts at `from`: 0 in the first call. Resolves with the `from` of the
   * next slice, or with undefined at the end.
   */
  inConversation?(context: ConversationErasure, from: number): Promise<number | undefined>
  /** Erases rows of no conversation, after all conversations, in slices like `inConversation`. */
  ofAccount?(context: Context, from: number): Promise<number | undefined>
  /** Erases what lies outside of the database, once no row refers to it. */
  outside?(kernel: Kernel): Promise<void>
}
