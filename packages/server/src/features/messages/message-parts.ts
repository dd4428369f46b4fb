import type { Beside } from '../../core/body/body-part.ts'
import type { Request } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { MessageRow } from './message-store.ts'

export type BindParts = (request: Request<'message.send'>, row: MessageRow) => Promise<boolean>

/**
 * Binds the parts in the body of a new message, and sets its type. Stores the side rows, or the refusal, in `outcomes`
 * under its id; resolves with false if it is refused.
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
