import * as contacts from '@parley/react/contacts'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(contacts).sort()).toEqual([
    'ContactButtons',
    'ContactsButton',
    'ContactsDialog',
    'useContactState',
    'useContacts',
    'useReceivedCount',
  ])
})
