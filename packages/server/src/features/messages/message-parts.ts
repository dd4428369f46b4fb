import type { Beside } from '../../core/body/body-part.ts'
import type { Request } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { MessageRow } from './message-store.ts'

export type BindParts = (request: Request<'message.send'>, row: MessageRow) => Promise<boolean>

/**
 * Checks and stores the parts in the body of a new message, whose `row` has its numbers already. Puts the side rows, or
 * the refusal, into `outcomes` under the id of the message. Resolves with true and sets `row.type` if the message is
 * accepted; with false if it is refused, and then nothing was written. Call it only for a body with parts.
 */
export async function bindParts(
  bodyParts: Kernel['bodyParts'],
  { input, context }: Request<'message.send'>,
  row: MessageRow,
  outcomes: Map<string, Beside | OperationError>,
): Promise<boolean> {
  const bound = await bodyParts.bind(input.body, input.type, { ...context, message: row })
  const isRefused = bound instanceof OperationError
  outcomes.set(row.id, isRefused ? bound : bound.beside)
  if (!isRefused) row.type = bound.type
  return !isRefused
}
