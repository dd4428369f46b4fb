import { feature } from '../../core/feature.ts'
import { hidingErasure } from './hiding-erasure.ts'
import { hidingPolicy } from './hiding-policy.ts'
import { hidingRows } from './hiding-rows.ts'
import { hidingStore } from './hiding-store.ts'
import { hidingHandlers } from './hidings.ts'

export const hidings = feature({
  policy: hidingPolicy,
  charges: {
    'hiding.set': 'change',
    'hiding.remove': 'change',
  },
  handlers: hidingHandlers,
  stores: { hidings: hidingStore },
  accountRows: hidingRows,
  erasure: hidingErasure,
})
