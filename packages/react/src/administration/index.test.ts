import * as administration from '@parley/react/administration'
import { expect, test } from 'vitest'

test('the entry of the feature exports its components, texts and hooks', () => {
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
