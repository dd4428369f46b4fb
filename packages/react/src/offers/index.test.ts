import * as offers from '@parley/react/offers'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(offers).sort()).toEqual(['OfferDialog', 'formatMoney', 'useOffer'])
})
