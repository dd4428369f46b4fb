import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire, type Wire } from './wire.ts'

/* What a dialog asked for may come after the person cancelled the dialog and opened something else. */

let stage: Stage
let ana: Visitor
let wire: Wire

beforeAll(async () => {
  stage = await startStage()
  const kim = await stage.server.connect(await stage.server.register('kim'))
  for (const name of ['Quay', 'Lighthouse']) await kim.ask('conversation.create', { name })
  await stage.server.register('ana')
  ana = await stage.signedIn('ana')
  wire = await tapWire(ana.page)
  await ana.page.reload()
  await ana.isIn()
  await ana.createRoom('Harbour')
  await ana.createRoom('Garden')
})
afterAll(() => stage?.close())

const inDialog = (name: string) => ana.dialog.getByRole('button', { name, exact: true })

/** Presses a button of the open dialog, and cancels the dialog while the server does not hear of it. */
async function cancels(operation: string, button: string, cancel: string) {
  const { held, release } = wire.hold(operation)
  await inDialog(button).click()
  await expect.poll(held).toBe(1)
  await inDialog(cancel).click()
  await ana.dialog.waitFor({ state: 'detached' })
  return release
}

/** Opens the dialog of a new room, and begins to type. */
async function beginsRoom() {
  await ana.begins('New room')
  await ana.dialog.getByLabel('Name').fill('Half a na')
}

async function isStillTyping(title: string) {
  expect(await ana.dialog.getByLabel('Name').inputValue()).toBe('Half a na')
  await inDialog('Cancel').click()
  expect(await ana.heading(title).count()).toBe(1)
}

test('a room that is created after its dialog was cancelled is not opened, and closes no other dialog', async () => {
  await ana.begins('New room')
  await ana.dialog.getByLabel('Name').fill('Late room')
  const release = await cancels('conversation.create', 'Create room', 'Cancel')
  await beginsRoom()
  release()
  await ana.conversation('Late room').waitFor()
  await isStillTyping('Garden')
})

test('settings that are saved after their dialog was cancelled close no other dialog', async () => {
  await ana.button('Members and settings').click()
  await ana.panel.getByRole('button', { name: 'Settings' }).click()
  await ana.dialog.getByLabel('Topic').fill('Roses')
  const release = await cancels('conversation.update', 'Save', 'Cancel')
  await ana.panel.getByRole('button', { name: 'Leave' }).click()
  release()
  await ana.panel.getByText('Roses').waitFor()
  expect(await inDialog('Stay').count()).toBe(1)
  await inDialog('Stay').click()
})

test('a deletion that comes after its dialog was closed closes no other dialog', async () => {
  await ana.say('A weed')
  await ana.say('A rose')
  await ana.sees('A rose', 'Sent')
  await ana.chooses('A weed', 'Delete')
  const release = await cancels('message.delete', 'Delete', 'Keep')
  await ana.chooses('A rose', 'Delete')
  release()
  await ana.message('Message deleted').waitFor()
  await ana.dialog.getByText('A rose').waitFor()
  await inDialog('Keep').click()
  await ana.sees('A rose')
})

test('a room that is left after its dialog was cancelled leaves the person where they are', async () => {
  await ana.open('Late room')
  await ana.button('Members and settings').click()
  await ana.panel.getByRole('button', { name: 'Leave' }).click()
  const release = await cancels('membership.leave', 'Leave', 'Stay')
  await ana.open('Harbour')
  release()
  await ana.conversation('Late room').waitFor({ state: 'detached' })
  await beginsRoom()
  await isStillTyping('Harbour')
})

test('a direct conversation that opens after its dialog was closed leaves the person where they are', async () => {
  await ana.begins('Write to somebody')
  const release = await cancels('conversation.openDirect', 'Write to kim', 'Close')
  await beginsRoom()
  release()
  await ana.conversation('kim').waitFor()
  await isStillTyping('Harbour')
})

test('a public room that is joined after the list was closed leaves the person where they are', async () => {
  await ana.begins('Public rooms')
  const release = await cancels('membership.join', 'Join Quay', 'Close')
  await beginsRoom()
  release()
  await ana.conversation('Quay').waitFor()
  await isStillTyping('Harbour')
})

test('a conversation that is hidden after the person went on leaves them where they are', async () => {
  await ana.open('kim')
  await ana.button('About this person').click()
  const { held, release } = wire.hold('hiding.set')
  await ana.panel.getByRole('button', { name: /^Hide/ }).click()
  await expect.poll(held).toBe(1)
  await ana.open('Harbour')
  release()
  await ana.conversation('kim').waitFor({ state: 'detached' })
  await beginsRoom()
  await isStillTyping('Harbour')
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
