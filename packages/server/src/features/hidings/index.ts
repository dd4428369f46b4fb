import { feature } from '../../core/feature.ts'
import { few, small } from '../../core/limits/costs.ts'
import { hidingErasure } from './hiding-erasure.ts'
import { hidingPolicy } from './hiding-policy.ts'
import { hidingRows } from './hiding-rows.ts'
import { hidingStore } from './hiding-store.ts'
import { hidingHandlers } from './hidings.ts'

export const hidings = feature({
  policy: hidingPolicy,
  costs: {
    'hiding.set': { charge: 'change', rows: few, bytes: small },
    'hiding.remove': { charge: 'change', rows: few, bytes: small },
  },
  handlers: hidingHandlers,
  stores: { hidings: hidingStore },
  accountRows: hidingRows,
  erasure: hidingErasure,
})
