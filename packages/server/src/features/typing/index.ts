import { feature } from '../../core/feature.ts'
import { few, largest, small } from '../../core/limits/costs.ts'
import { createTypingHandlers } from './typing.ts'
import { typingPolicy } from './typing-policy.ts'

export const typing = feature({
  policy: typingPolicy,
  costs: {
    'typing.set': { charge: 'signal', rows: few + largest.blocks, bytes: small },
  },
  handlers: createTypingHandlers,
})
