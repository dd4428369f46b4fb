import { feature } from '../../core/feature.ts'
import { few, sizes } from '../../core/limits/costs.ts'
import { offerBody } from './offer-body.ts'
import { offerPolicy } from './offer-policy.ts'
import { offerRows, offersBeside } from './offer-rows.ts'
import { offerStore } from './offer-store.ts'
import { offerHandlers } from './offers.ts'

export const offers = feature({
  policy: offerPolicy,
  costs: {
    'offer.decide': { charge: 'change', rows: few, bytes: sizes.offer },
  },
  handlers: offerHandlers,
  stores: { offers: offerStore },
  rows: offerRows,
  sideRows: offersBeside,
  bodyPart: offerBody,
})
