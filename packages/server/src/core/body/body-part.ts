import type { Body, SendableType } from '@parley/protocol'
import type { MessageRow } from '../../features/messages/message-store.ts'
import type { MemberContext } from '../context.ts'
import type { Rows } from '../rows/row-kind.ts'

type PlainBody = Extract<Body, { kind: 'plain' }>
export type PartName = Exclude<keyof PlainBody, 'kind' | 'text'>
type PartValue<P extends PartName> = NonNullable<PlainBody[P]>

/** Rows of a part that the event of a message carries beside the message. */
export type Beside = Omit<Rows, 'messages' | 'users'>

/**
 * The context of a caller who sends, edits or deletes a message, with that message. Its `rev` is that of the change.
 */
export interface PartContext extends MemberContext {
  message: Pick<MessageRow, 'id' | 'conversation_id' | 'seq' | 'rev' | 'sender_id'>
}

export interface BoundPart {
  /** The type of the message, if it is not the usual one of the part. */
  type?: SendableType
  beside?: Beside
}

/**
 * What a feature does with its part of a body, in the transaction that sends, edits or deletes the message. The conversation
 * is locked, so nothing else changes in it meanwhile.
 */
export interface BodyPart<P extends PartName = PartName> {
  part: P
  /** Throws an OperationError if the message is refused. Writes nothing: other messages share the transaction. */
  check(value: PartValue<P>, context: PartContext): Promise<void>
  /**
   * Writes what belongs to the part, once for each message: before its row is stored, after the parts of all messages
   * before it were bound, and never for a resend. It cannot refuse any more.
   */
  bind(value: PartValue<P>, context: PartContext): Promise<BoundPart>
  /**
   * Resolves with the value of the part after an edit, and writes what changes; `before` or `after` is undefined if
   * that body has no such part. Left out by parts that cannot change: an edit with another value is refused, and one
   * without the part keeps it.
   */
  edit?(
    before: PartValue<P> | undefined,
    after: PartValue<P> | undefined,
    context: PartContext,
  ): Promise<{ value: PartValue<P> | undefined; beside?: Beside }>
  /** Ends what `bind` wrote, when the message is deleted; resolves with the rows as they are then. */
  drop(value: PartValue<P>, context: PartContext): Promise<Beside>
}
