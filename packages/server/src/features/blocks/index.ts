import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { betweenTwo, few, sizes, small } from '../../core/limits/costs.ts'
import { blockErasure } from './block-erasure.ts'
import { blockPolicy } from './block-policy.ts'
import { blockRows } from './block-rows.ts'
import { blockStore } from './block-store.ts'
import { blockHandlers } from './blocks.ts'

export const blocks = feature({
  policy: blockPolicy,
  costs: {
    'block.add': { charge: 'people', rows: few + 2 * betweenTwo, bytes: small },
    'block.remove': { charge: 'people', rows: few + betweenTwo, bytes: small },
    'block.list': {
      charge: 'read',
      rows: few + 2 * limits.page,
      bytes: small + limits.page * (sizes.pair + sizes.user),
    },
  },
  handlers: blockHandlers,
  stores: { blocks: blockStore },
  accountRows: blockRows,
  erasure: blockErasure,
})
