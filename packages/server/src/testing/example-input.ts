import { type OperationName, operations } from '@parley/protocol'
import { newId, type Person } from './people.ts'

/** What the ids of an example are replaced by. */
export interface Surroundings {
  conversationId: string
  messageId: string
  /** Whom it is about, and who is brought in. */
  member: Person
  newcomer: Person
}

/** The example of an operation with ids that exist. */
export function exampleInput(
  name: OperationName,
  { conversationId, messageId, member, newcomer }: Surroundings,
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
