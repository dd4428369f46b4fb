import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  ana = await stage.visitor()
})
afterAll(() => stage?.close())

test('E10: on a server without accounts the page asks for the first one, and says that it will be the administrator', async () => {
  await ana.heading('Create the first account').waitFor()
  await ana.page.getByText('you will be the administrator').waitFor()
  await ana.register('ana', 'Ana Moreau')
  await ana.page.getByText('No conversations yet').waitFor()
  // From nowhere, F6 leads into the page.
  await ana.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await ana.page.keyboard.press('F6')
  expect(await ana.page.evaluate(() => document.activeElement?.closest('[data-region]') !== null)).toBe(true)
  await ana.button(/^Your account/).click()
  await ana.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await ana.heading('Sign in').waitFor()
  await ana.page.reload()
  await ana.heading('Sign in').waitFor()
})

test('E10: an invalid entry is explained beside its field, which gets the focus', async () => {
  const bo = await stage.visitor()
  await bo.button('Create an account').click()
  await bo.button('Create account').click()
  await bo.page.getByText('Enter your user name.').waitFor()
  await bo.page.getByText('Enter your password.').waitFor()
  const focused = () => bo.page.evaluate(() => document.activeElement?.getAttribute('name'))
  expect(await focused()).toBe('username')
  await bo.page.getByLabel('User name').fill('b')
  await bo.page.getByText('A user name has at least 2 characters.').waitFor()
  await bo.page.getByLabel('User name').fill('b o')
  await bo.page.getByText('A user name has letters and digits').waitFor()
  await bo.page.getByLabel('User name').fill('bo')
  await bo.page.getByLabel('Password').fill('short')
  await bo.page.getByLabel('Password').press('Enter')
  await bo.page.getByText(/A password has at least/).waitFor()
  expect(await focused()).toBe('password')
  await bo.page.context().close()
})

test('E10: a password can be made visible', async () => {
  const cy = await stage.visitor()
  const password = cy.page.getByLabel('Password')
  await password.fill('correct horse')
  expect(await password.getAttribute('type')).toBe('password')
  await cy.button('Show what is typed').click()
  expect(await password.getAttribute('type')).toBe('text')
  expect(await password.inputValue()).toBe('correct horse')
  await cy.button('Show what is typed').click()
  expect(await password.getAttribute('type')).toBe('password')
  await cy.page.context().close()
})

test('E10: a user whose session was ended elsewhere reads so at the sign-in; a user who signed out does not', async () => {
  const [here, elsewhere] = [await stage.signedIn('ana'), await stage.signedIn('ana')]
  await elsewhere.opensSettings('Devices')
  const others = elsewhere.dialog.getByRole('button', { name: /^Sign out / })
  await others.first().waitFor()
  while ((await others.count()) > 0) {
    const before = await others.count()
    await others.first().click()
    await expect.poll(() => others.count()).toBeLessThan(before)
  }
  await here.page.getByText('You were signed out').waitFor()
  await here.signIn('ana', 'password of ana')
  await here.button(/^Your account/).click()
  await here.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await here.heading('Sign in').waitFor()
  expect(await here.page.getByText('You were signed out').count()).toBe(0)
})
