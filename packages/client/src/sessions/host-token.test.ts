import { inSeconds, signedToken } from '@parley/server/testing/signed-token'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { expect, onTestFinished, test } from 'vitest'
import { createChat } from '../chat-client.ts'
import { renewalsAt, seen, testServer } from '../testing/test-chat.ts'

const secret = 'a secret that the host application shares with nobody else'

test('a chat shows the tokens that the host application signs, and outlives each of them', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const server = await testServer({ hostJwt: { secret } })
  let fetched = 0
  const fetchToken = async () => {
    fetched++
    return signedToken(secret, { sub: 'u1', name: 'Ana', exp: inSeconds(20) })
  }
  const chat = createChat({ url: server.url, auth: fetchToken }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  const statuses: string[] = []
  await chat.connect()
  chat.on('status.changed', ({ status }) => statuses.push(status))
  expect(await chat.users.me()).toMatchObject({ id: 'u1', displayName: 'Ana' })
  for (const count of [2, 3, 4]) {
    await clock.pass(10_000)
    await expect.poll(() => fetched).toBe(count)
    // A token counts once the server has answered, and not when it was fetched.
    await expect.poll(() => renewalsAt(server)).toBe(count - 1)
    await chat.users.me()
  }
  expect(statuses).toEqual([])
})

test('a chat whose host signs no good token says so, and stops', async () => {
  const server = await testServer({ hostJwt: { secret } })
  const auth = async () => signedToken(secret, { sub: 'u1', exp: inSeconds(-60) })
  const chat = createChat({ url: server.url, auth }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  await expect(chat.connect()).rejects.toMatchObject({ code: 'unauthenticated' })
  await seen(chat, 'the end', ({ status }) => status === 'closed')
})
