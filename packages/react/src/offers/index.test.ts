import * as offers from '@parley/react/offers'
import { expect, test } from 'vitest'

test('the entry of the feature exports the form, the hook and the format of money', () => {
  expect(Object.keys(offers).sort()).toEqual(['OfferDialog', 'formatMoney', 'useOffer'])
})
