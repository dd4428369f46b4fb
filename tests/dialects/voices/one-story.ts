import { expect } from 'vitest'
import type { Cast } from './cast.ts'
import type { Made } from './made.ts'
import { toldTo, type Voice } from './voice.ts'

/** Waits until every voice has heard of this message, and so of all before it. */
export async function expectHeard({ voices }: Cast, room: string, id: string): Promise<void> {
  for (const voice of voices) {
    const hasHeard = () => voice.story(room).some((told) => told.id === id)
    await expect.poll(hasHeard, { message: `${voice.name} hears of ${id}` }).toBe(true)
  }
}

/**
 * Lets every voice read all messages: those that have no word for it by sending a message, because a sender has read
 * what stands above. Ends with a last message that all others read.
 */
export async function readEverything(cast: Cast, made: Made): Promise<void> {
  const { voices, socket } = cast
  for (const voice of voices) if (!voice.read) await made.say(voice, `${voice.name} has read it`)
  const last = await made.say(socket, 'The end')
  await expectHeard(cast, made.room, last)
  await Promise.all(voices.map((voice) => voice.read?.(made.room, last)))
}

/** Of each message that is left, its sender has heard once that each of the others has read it. */
async function expectReads({ voices }: Cast, made: Made): Promise<void> {
  for (const voice of voices) {
    if (!voice.reads) continue
    const own = made.of(voice)
    const others = voices.filter((other) => other !== voice)
    const wanted = own.flatMap((id) => others.map((other) => `${id} ${other.id}`)).sort()
    const told = () => voice.reads?.().filter((read) => own.some((id) => read.startsWith(id))) ?? []
    await expect.poll(() => told().sort(), { message: `who has read what ${voice.name} said` }).toEqual(wanted)
  }
}

/** Everything has its place in one order without gaps, and is what was made. Resolves with the ids of what is shown. */
async function expectMade({ socket }: Cast, { room, left }: Made): Promise<string[]> {
  const everything = await socket.everything(room)
  expect(everything.map(({ seq }) => seq)).toEqual(everything.map((_, at) => at + 1))
  const [story, revs] = [socket.story(room), socket.revs(room)]
  expect(revs).toEqual(revs.map((_, at) => (revs[0] ?? 0) + at))
  for (const [id, { by, said }] of left) {
    expect(story.findLast((told) => told.id === id && 'said' in told)).toMatchObject({ by: by.id, said })
  }
  const shown = everything.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id)
  expect(new Set(shown)).toEqual(new Set(left.keys()))
  return shown
}

/** What somebody holds by what they heard is what their history says. */
async function expectHistory(voice: Voice, room: string, shown: readonly string[]): Promise<void> {
  const history = await voice.history(room)
  const ids = history.map(([id]) => id)
  expect(ids, voice.name).toEqual(shown.toReversed())
  expect(Object.fromEntries(history), voice.name).toEqual(Object.fromEntries(voice.held(room)))
}

/**
 * Waits until nothing is on its way, and expects that every voice holds what was made, in its own form, and that no
 * stranger heard anything of it.
 */
export async function expectAgreement(cast: Cast, made: Made): Promise<void> {
  const { voices, strangers } = cast
  await expectReads(cast, made)
  await Promise.all([...voices, ...strangers].map((voice) => voice.heardAll()))
  const shown = await expectMade(cast, made)
  for (const voice of voices) {
    await expectHistory(voice, made.room, shown)
    const reads = voice.reads?.() ?? []
    expect(new Set(reads).size, voice.name).toBe(reads.length)
  }
  for (const stranger of strangers) {
    const heard = JSON.stringify(stranger.heard())
    for (const secret of [made.room, ...voices.map(({ id }) => id)]) expect(heard, stranger.name).not.toContain(secret)
  }
}

/**
 * Expects that every voice has heard everything once, in the order of the native socket, and only events of its own
 * vocabulary.
 */
export function expectOneStory({ socket, voices }: Cast, { room }: Made): void {
  const story = socket.story(room)
  for (const voice of voices) {
    const wanted = story.flatMap((happening) => toldTo(voice, happening))
    expect(voice.story(room), voice.name).toEqual(wanted)
    const foreignWords = voice.heard().filter(({ event }) => !voice.words.test(event))
    expect(foreignWords, voice.name).toEqual([])
  }
}
