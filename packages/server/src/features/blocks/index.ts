import { feature } from '../../core/feature.ts'
import { blockErasure } from './block-erasure.ts'
import { blockPolicy } from './block-policy.ts'
import { blockRows } from './block-rows.ts'
import { blockStore } from './block-store.ts'
import { blockHandlers } from './blocks.ts'

export const blocks = feature({
  policy: blockPolicy,
  charges: {
    'block.add': 'people',
    'block.remove': 'people',
    'block.list': 'read',
  },
  handlers: blockHandlers,
  stores: { blocks: blockStore },
  accountRows: blockRows,
  erasure: blockErasure,
})
