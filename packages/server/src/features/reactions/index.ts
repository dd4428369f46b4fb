import { limits } from '@parley/protocol'
import { reactionLimits } from '@parley/protocol/features/reactions'
import { feature } from '../../core/feature.ts'
import { few, sizes, small } from '../../core/limits/costs.ts'
import { reactionErasure } from './reaction-erasure.ts'
import { reactionPolicy } from './reaction-policy.ts'
import { reactionRows } from './reaction-rows.ts'
import { reactionStore } from './reaction-store.ts'
import { reactionHandlers } from './reactions.ts'
import { tallyRows } from './tally-rows.ts'

export const reactions = feature({
  policy: reactionPolicy,
  costs: {
    'reaction.add': { charge: 'change', rows: few + reactionLimits.namedUsers, bytes: small + sizes.tally },
    'reaction.remove': { charge: 'change', rows: few + reactionLimits.namedUsers, bytes: small + sizes.tally },
    'reaction.list': {
      charge: 'read',
      rows: few + 2 * limits.page,
      bytes: small + limits.page * (sizes.pair + sizes.user),
    },
  },
  handlers: reactionHandlers,
  stores: { reactions: reactionStore },
  rows: reactionRows,
  sideRows: tallyRows,
  erasure: reactionErasure,
})
