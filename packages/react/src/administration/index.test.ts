import * as administration from '@parley/react/administration'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(administration).sort()).toEqual([
    'AdministrationPage',
    'PasswordLinkForm',
    'administrationTexts',
    'useAdministeredPeople',
    'useAdministeredRooms',
    'useAdministration',
    'useAdministrationActs',
  ])
})
