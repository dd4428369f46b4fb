import * as contacts from '@parley/react/contacts'
import { expect, test } from 'vitest'

test('the entry of the feature exports its components and hooks', () => {
  expect(Object.keys(contacts).sort()).toEqual([
    'ContactButtons',
    'ContactsButton',
    'ContactsDialog',
    'useContactState',
    'useContacts',
    'useReceivedCount',
  ])
})
