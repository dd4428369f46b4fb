import { type OperationName, operations } from '@parley/protocol'
import { newId, type Person } from './people.ts'

/** Existing things, whose ids replace those of an example. */
export interface ExistingIds {
  conversationId: string
  messageId: string
  /** The user whom the operation is about. */
  member: Person
  /** The user whom it adds or invites. */
  newcomer: Person
}

/** The example of an operation, with ids that exist, and with a new `id`. */
export function exampleInput(
  name: OperationName,
  { conversationId, messageId, member, newcomer }: ExistingIds,
): Record<string, unknown> {
  const real: Record<string, unknown> = {
    conversationId,
    messageId,
    id: newId(),
    userId: member.id,
    userIds: [newcomer.id],
  }
  const fields = Object.entries(operations[name].example).map(([field, value]) => [field, real[field] ?? value])
  return Object.fromEntries(fields)
}
