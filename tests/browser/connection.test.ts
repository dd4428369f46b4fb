import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
let bo: Visitor
/** The server on ana's wire refuses to send a message with this text, or to make it of one. */
let refused = ''
/** What waits on ana's wire until it is let go; undefined where nothing has to. */
let held: (() => void)[] | undefined

/** The frames that Bo's page sent to the server. */
const said: string[] = []

const banner = () => ana.page.getByText('You are offline.')

/** Answers the sending or editing of a certain text as a server does that refuses it. */
function refusal(packet: string): string | undefined {
  const sending = refused !== '' && packet.includes(refused) && packet.match(/^42\/v1,(\d+)\["message\.(?:send|edit)"/)
  if (!sending) return undefined
  const error = { code: 'forbidden', message: 'Your role does not allow this.', requestId: 'test' }
  return `43/v1,${sending[1]}${JSON.stringify([{ ok: false, error }])}`
}

beforeAll(async () => {
  stage = await startStage()
  bo = await stage.visitor()
  bo.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload))))
  await bo.register('bo', 'Bo Lind')
  await bo.createRoom('Harbour')
  await stage.server.register('ana')
  ana = await stage.visitor()
  await ana.page.routeWebSocket(/socket\.io/, (route) => {
    const server = route.connectToServer()
    route.onMessage((packet) => {
      const answer = refusal(String(packet))
      if (answer) route.send(answer)
      else if (held && packet.includes('message.edit')) held.push(() => server.send(packet))
      else server.send(packet)
    })
  })
  await ana.page.reload()
  await ana.signIn('ana', 'password of ana')
  await ana.joinRoom('Harbour')
})
afterAll(() => stage?.close())

const setOffline = (isOffline: boolean) => ana.page.context().setOffline(isOffline)

test('a refused message keeps its text, shows the reason, and can be sent again or deleted', async () => {
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

async function edit(text: string) {
  await ana.message(text).hover()
  await ana.message(text).getByRole('button', { name: 'Edit' }).click()
}

test('a refused edit shows the reason while the edit is open', async () => {
  await ana.say('Cast off')
  await ana.sees('Cast off', 'Read')
  refused = 'Mutiny'
  await edit('Cast off')
  await ana.say('Mutiny')
  const reason = ana.page.getByText('Your role does not allow this.')
  await reason.waitFor()
  expect(await ana.composer.inputValue()).toBe('Mutiny')
  await ana.composer.press('Escape')
  await reason.waitFor({ state: 'detached' })
  await edit('Cast off')
  await expect.poll(() => ana.composer.inputValue()).toBe('Cast off')
  expect(await reason.count()).toBe(0)
  await ana.composer.press('Escape')
  refused = ''
})

test('an edit that is saved late does not end a newer edit', async () => {
  await ana.say('Port')
  await ana.sees('Port', 'Read')
  held = []
  await edit('Cast off')
  await ana.say('Cast off!')
  await expect.poll(() => held?.length).toBe(1)
  await ana.composer.press('Escape')
  await edit('Port')
  await ana.composer.fill('Starboard')
  for (const letGo of held) letGo()
  held = undefined
  await bo.sees('Cast off!')
  await ana.sees('Cast off!')
  expect(await ana.composer.inputValue()).toBe('Starboard')
  await ana.composer.press('Enter')
  await bo.sees('Starboard')
  await expect.poll(() => ana.composer.inputValue()).toBe('')
})

test('messages that are written offline are sent after the connection is back, once and in order', async () => {
  const places = () =>
    ana.page.locator('h1, nav, form').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
  const dots = ana.page.locator('.parley-presence-corner:visible')
  const before = await places()
  expect(await dots.count()).toBeGreaterThan(0)
  await setOffline(true)
  await banner().waitFor()
  // It lies over the page, and nobody is called online meanwhile.
  expect(await places()).toEqual(before)
  expect(await dots.count()).toBe(0)
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

test('when the network changes, the app checks a connection that has not noticed', async () => {
  const syncs = () => said.filter((packet) => packet.includes('"sync.run"')).length
  const before = syncs()
  await bo.page.evaluate(() => dispatchEvent(new Event('offline')))
  await expect.poll(syncs).toBe(before + 1)
})

test('M6: a user can ask for a new attempt while the connection is lost', async () => {
  await stage.server.register('eve')
  const eve = await stage.signedIn('eve')
  await eve.page.clock.install()
  await eve.page.reload()
  await eve.isIn()
  await eve.page.context().setOffline(true)
  await eve.page.getByText('You are offline.').waitFor()
  const tries = await eve.page.evaluateHandle(() => {
    const counts = { begun: 0, ended: 0 }
    window.WebSocket = class extends WebSocket {
      constructor(address: string | URL) {
        super(address)
        counts.begun++
        this.addEventListener('close', () => counts.ended++)
      }
    }
    return counts
  })
  // No timer runs any more: by itself the page does not try again.
  await eve.stopsClock()
  await expect.poll(() => tries.evaluate(({ begun, ended }) => begun > 0 && begun === ended)).toBe(true)
  const { begun } = await tries.jsonValue()
  await eve.button('Try now').click()
  await expect.poll(async () => (await tries.jsonValue()).begun).toBe(begun + 1)
  await eve.page.context().close()
})

test('E10: without a connection a search says so, and finds results when it is back', async () => {
  await setOffline(true)
  await banner().waitFor()
  await ana.begins('Public rooms')
  await ana.dialog.getByText('The server cannot be reached.').waitFor()
  expect(await ana.dialog.getByRole('status').count()).toBe(0)
  await setOffline(false)
  await ana.dialog.getByRole('button', { name: 'Open Harbour' }).waitFor()
  expect(await ana.dialog.getByText('The server cannot be reached.').count()).toBe(0)
  await ana.dialog.getByRole('button', { name: 'Close' }).click()
})

test('a short interruption is not shown', async () => {
  await setOffline(true)
  await ana.say('Hello?')
  await ana.message('Hello?').getByText('Sending').waitFor()
  await setOffline(false)
  await bo.say('Did you notice?')
  await ana.sees('Did you notice?')
  expect(await banner().count()).toBe(0)
})

test('pages reported no errors except the lost connection', () => {
  expect(stage.problems.filter((problem) => !/WebSocket/.test(problem))).toEqual([])
})
