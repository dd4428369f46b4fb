import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
let bo: Visitor
/** The server on ana's wire refuses to send a message with this text. */
let refused = ''

const banner = () => ana.page.getByText('You are offline.')

/** Answers the sending of a certain text as a server does that refuses it. */
function refusal(packet: string): string | undefined {
  const sending = refused !== '' && packet.includes(refused) && packet.match(/^42\/v1,(\d+)\["message\.send"/)
  if (!sending) return undefined
  const error = { code: 'forbidden', message: 'Your role does not allow this.', requestId: 'test' }
  return `43/v1,${sending[1]}${JSON.stringify([{ ok: false, error }])}`
}

beforeAll(async () => {
  stage = await startStage()
  bo = await stage.visitor()
  await bo.register('bo', 'Bo Lind')
  await bo.createRoom('Harbour')
  await stage.server.register('ana')
  ana = await stage.visitor()
  await ana.page.routeWebSocket(/socket\.io/, (route) => {
    const server = route.connectToServer()
    route.onMessage((packet) => {
      const answer = refusal(String(packet))
      if (answer) route.send(answer)
      else server.send(packet)
    })
  })
  await ana.page.reload()
  await ana.signIn('ana', 'password of ana')
  await ana.joinRoom('Harbour')
})
afterAll(() => stage?.close())

const setOffline = (isOffline: boolean) => ana.page.context().setOffline(isOffline)

test('a refused message keeps its text, says why, and can be sent again or deleted', async () => {
  refused = 'Land ho'
  await ana.say('Land ho')
  const row = ana.message('Land ho')
  await row.getByText('Not sent.').waitFor()
  await row.getByText('Your role does not allow this.').waitFor()
  await row.getByRole('button', { name: 'Retry' }).click()
  await row.getByText('Not sent.').waitFor()
  refused = ''
  await row.getByRole('button', { name: 'Retry' }).click()
  await row.getByText('Not sent.').waitFor({ state: 'detached' })
  await bo.sees('Land ho')
  expect(await bo.message('Land ho').count()).toBe(1)

  refused = 'Iceberg'
  await ana.say('Iceberg')
  await ana.message('Iceberg').getByRole('button', { name: 'Delete' }).click()
  await ana.message('Iceberg').waitFor({ state: 'detached' })
  refused = ''
})

test('what is written offline is sent once the connection is back, once and in order', async () => {
  await setOffline(true)
  await banner().waitFor()
  await ana.say('first, in the dark')
  await ana.say('second, in the dark')
  await ana.message('second, in the dark').getByText('Sending').waitFor()
  expect(await bo.message('first, in the dark').count()).toBe(0)
  await bo.say('Are you there?')

  await setOffline(false)
  await ana.sees('Are you there?')
  await banner().waitFor({ state: 'detached' })
  await ana.sees('second, in the dark', 'Read')
  const texts = await bo.page.locator('.parley-bubble__text').allInnerTexts()
  expect(texts.filter((text) => text.includes('in the dark'))).toEqual(['first, in the dark', 'second, in the dark'])
})

test('an interruption of a moment bothers nobody', async () => {
  await setOffline(true)
  await ana.say('Hello?')
  await ana.message('Hello?').getByText('Sending').waitFor()
  await setOffline(false)
  await bo.say('Did you notice?')
  await ana.sees('Did you notice?')
  expect(await banner().count()).toBe(0)
})

test('pages complained of the lost connection alone', () => {
  expect(stage.problems.filter((problem) => !/WebSocket/.test(problem))).toEqual([])
})
