import type { Delivery } from '../../core/delivery.ts'
import { type Handlers, live } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { audienceExcept, hiddenFrom } from '../blocks/hidden-members.ts'

type TypingDelivery = Delivery<'typing.updated'>

/** Events that end a user's typing. */
const endings = ['message.created', 'membership.left'] as const
type Ending = (typeof endings)[number]

/**
 * Makes the handler of typing, which is kept in the memory of this node, once for all devices of a user, and never
 * stored. Each report of typing sends the event and starts `typingMs` anew; after that time, or when the user stops,
 * sends a message or leaves, another event ends it. Stopping without typing sends nothing. The user, and members from
 * whom a block or an awaited answer hides the user (`hiddenFrom`), get no event.
 */
export function createTypingHandlers({
  deliver,
  settings,
}: Pick<Kernel, 'deliver' | 'settings'>): Handlers<'typing.set'> {
  const typing = new Map<string, { timer: NodeJS.Timeout; stopped: TypingDelivery }>()
  const keyOf = (conversationId: string, userId: string) => `${conversationId} ${userId}`

  let stopListening: (() => void) | undefined

  const forget = (key: string) => {
    const entry = typing.get(key)
    clearTimeout(entry?.timer)
    typing.delete(key)
    if (typing.size === 0) {
      stopListening?.()
      stopListening = undefined
    }
    return entry
  }

  const stop = (key: string) => {
    const entry = forget(key)
    if (entry) void deliver([entry.stopped])
  }

  const onEnding = (deliveries: readonly Delivery<Ending>[]) => {
    for (const { name, payload } of deliveries) {
      if (name === 'message.created') {
        for (const message of payload.messages ?? []) stop(keyOf(message.conversationId, message.senderId))
      } else {
        for (const { conversationId, userId } of payload.memberships ?? []) stop(keyOf(conversationId, userId))
      }
    }
  }

  return {
    'typing.set': live('typing.set', async ({ conversationId, isTyping }, { caller, reach, store, emit }) => {
      const { id: userId, username } = caller.user
      const [hidden = []] = await hiddenFrom(store, [reach])
      const audience = audienceExcept(reach.conversation, [userId, ...hidden])
      const key = keyOf(conversationId, userId)
      const deliveryOf = (value: boolean): TypingDelivery => ({
        name: 'typing.updated',
        payload: { conversationId, userId, isTyping: value },
        audience: { ...audience, about: { ...audience.about, username } },
      })
      const was = forget(key)
      if (isTyping) {
        const timer = setTimeout(() => stop(key), settings.typingMs).unref()
        typing.set(key, { timer, stopped: deliveryOf(false) })
        // Listens only while a user is typing, so that messages cost nothing at other times.
        stopListening ??= deliver.listen(onEnding, endings)
        emit(deliveryOf(true))
      } else if (was) {
        emit(deliveryOf(false))
      }
      return {}
    }),
  }
}
