import { feature } from '../../core/feature.ts'
import { createTypingHandlers } from './typing.ts'
import { typingPolicy } from './typing-policy.ts'

export const typing = feature({
  policy: typingPolicy,
  charges: {
    'typing.set': 'signal',
  },
  handlers: createTypingHandlers,
})
