import { afterAll, beforeAll, expect, test } from 'vitest'
import { stage } from './stage.ts'
import { type Cast, gather, openRoom } from './voices/cast.ts'
import { expectAgreement, expectHeard, expectOneStory, readEverything } from './voices/one-story.ts'
import { liveThrough } from './voices/random-history.ts'
import { sealed, toldTo, type Voice } from './voices/voice.ts'

/*
 * One conversation of clients of all vocabularies. Whatever they do in it, each of them tells the same story afterwards, in
 * its own words, and holds what its history says.
 */

const on = stage()

let cast: Cast
beforeAll(async () => {
  cast = await gather(on)
})
afterAll(() => Promise.all([...cast.voices, ...cast.strangers].map((voice) => voice.close())))

const isTyping = (voice: Voice, { id }: Voice) =>
  voice.heard().some(({ payload }) => Object(payload).isTyping === true && Object(payload).userId === id)

test('each client does everything that its vocabulary has, and all others get the events', async () => {
  const { voices, pern, socket } = cast
  const made = await openRoom(cast)
  for (const voice of voices) {
    await voice.type(made.room)
    for (const other of voices) {
      if (other === voice) continue
      await expect.poll(() => isTyping(other, voice), { message: `${other.name} hears ${voice.name}` }).toBe(true)
    }
  }
  const first = await Promise.all(voices.map((voice) => made.say(voice, `${voice.name} says it`)))
  await made.say(pern, sealed('c2VjcmV0: é😀'))
  await Promise.all(
    voices.map(async (voice, at) => voice.edit && made.edit(first[at] ?? '', voice, `${voice.name} says it better`)),
  )
  const loved = first[0] ?? ''
  await Promise.all(voices.map((voice) => voice.react?.(made.room, loved, '👍', true)))
  await socket.react(made.room, loved, '👍', false)
  for (const voice of voices) {
    if (voice.delete) await made.remove(await made.say(voice, `${voice.name} regrets it`), voice)
  }
  // The admin of the group deletes what somebody said whose vocabulary has no word for it.
  await made.remove(first.at(-1) ?? '', pern)
  await readEverything(cast, made)
  await expectAgreement(cast, made)
  expectOneStory(cast, made)
})

test.each([1, 2, 3, 4, 5, 6])(
  'all clients act at the same time, by the seed %i, and end with the same state',
  async (seed) => {
    const made = await openRoom(cast)
    await liveThrough(made, cast.voices, seed)
    await readEverything(cast, made)
    await expectAgreement(cast, made)
    expectOneStory(cast, made)
  },
)

test('clients that were away get what they missed, once and in its present state, before later events', async () => {
  const { voices, socket } = cast
  const made = await openRoom(cast)
  const { room } = made
  await readEverything(cast, made)
  const away = voices.filter(({ leave }) => leave)
  const { length } = await socket.everything(room)
  for (const { id, name } of away) {
    await expect.poll(() => socket.delivered(room, id), { message: `${name} has everything` }).toBe(length)
  }
  const before = socket.story(room).length
  await Promise.all(away.map((voice) => voice.leave?.()))

  const here = voices.filter((voice) => !away.includes(voice))
  const ids: string[] = []
  for (const voice of [...here, ...here, ...here]) ids.push(await made.say(voice, `${voice.name} says ${ids.length}`))
  const [edited = '', removed = '', loved = ''] = ids
  await made.edit(edited, socket, 'better')
  await made.remove(removed, here.at(-1) as Voice)
  await socket.react(room, loved, '🎉', true)
  const missed = socket.story(room).length
  await Promise.all(away.map((voice) => voice.comeBack?.()))
  await expectHeard(cast, room, ids.at(-1) ?? '')
  for (const voice of voices) await made.say(voice, `${voice.name} is here`)
  await readEverything(cast, made)
  await expectAgreement(cast, made)

  const story = socket.story(room)
  const brought = story.slice(before, missed).flatMap((told) => {
    const latest = made.left.get(told.id)
    return told.what === 'message' && latest ? [{ ...told, said: latest.said }] : []
  })
  const told = [...story.slice(0, before), ...brought, ...story.slice(missed)]
  for (const voice of away) {
    expect(voice.story(room), voice.name).toEqual(told.flatMap((happening) => toldTo(voice, happening)))
  }
})
