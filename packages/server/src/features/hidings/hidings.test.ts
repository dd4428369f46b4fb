import { expect, test } from 'vitest'
import { arriveAll, enter, openDirect, openRoom, refusalOf, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server } = serverWithPeople([])

test('E11: a direct conversation is hidden up to its last message, on one’s own devices only', async () => {
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const phone = await enter(server, bo.signedIn)
  const conversationId = await openDirect(ana, bo)
  await say(ana, conversationId)
  const { hiding } = await bo.ask('hiding.set', { conversationId })
  expect(hiding).toMatchObject({ conversationId, upToSeq: 1, removed: false })
  for (const device of [bo, phone]) {
    expect(await device.heard('account.updated', ({ hidings }) => hidings !== undefined)).toMatchObject({
      rev: hiding.rev,
      hidings: [hiding],
    })
  }
  expect((await bo.ask('hiding.set', { conversationId })).hiding).toEqual(hiding)
  const synced = await bo.ask('sync.run', {})
  expect(synced.account.hidings).toEqual([hiding])
  await settled(ana)
  expect(ana.all('account.updated').filter(({ hidings }) => hidings)).toEqual([])
  expect((await ana.ask('sync.run', {})).account.hidings ?? []).toEqual([])

  await say(ana, conversationId, 'Are you there?')
  const again = (await bo.ask('hiding.set', { conversationId })).hiding
  expect(again).toMatchObject({ upToSeq: 2 })
  const shown = (await phone.ask('hiding.remove', { conversationId })).hiding
  expect(shown).toMatchObject({ removed: true, rev: again.rev + 1 })
  expect((await bo.ask('hiding.remove', { conversationId })).hiding).toEqual(shown)
})

test('a room cannot be hidden, and a direct conversation of others is not found', async () => {
  const [ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  const room = await openRoom(ana, [bo])
  const direct = await openDirect(ana, bo)
  expect(await refusalOf(bo, 'hiding.set', { conversationId: room })).toMatchObject({ code: 'forbidden' })
  expect(await refusalOf(cleo, 'hiding.set', { conversationId: direct })).toMatchObject({ code: 'not_found' })
  expect(await refusalOf(bo, 'hiding.remove', { conversationId: direct })).toMatchObject({ code: 'not_found' })
})
