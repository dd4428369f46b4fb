import { feature } from '../../core/feature.ts'
import { reactionErasure } from './reaction-erasure.ts'
import { reactionPolicy } from './reaction-policy.ts'
import { reactionRows } from './reaction-rows.ts'
import { reactionStore } from './reaction-store.ts'
import { reactionHandlers } from './reactions.ts'
import { tallyRows } from './tally-rows.ts'

export const reactions = feature({
  policy: reactionPolicy,
  charges: {
    'reaction.add': 'change',
    'reaction.remove': 'change',
    'reaction.list': 'read',
  },
  handlers: reactionHandlers,
  stores: { reactions: reactionStore },
  rows: reactionRows,
  sideRows: tallyRows,
  erasure: reactionErasure,
})
