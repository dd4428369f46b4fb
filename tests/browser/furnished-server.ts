import type { TestServer } from '@parley/server/testing'
import { enter, newId, type Person } from '@parley/server/testing/people'
import { sendFiles, upload } from '@parley/server/testing/uploads'
import { picture } from './sample-files.ts'

const names = {
  ana: 'Ana Moreau',
  bo: 'Bo Lind',
  cy: 'Cy Mora',
  dan: 'Dan Okoye',
  eva: 'Eva Sato',
  fay: 'Fay Berg',
} as const

type People = Record<keyof typeof names, Person>

const say = (person: Person, conversationId: string, text: string) => {
  const id = newId()
  return person.ask('message.send', { conversationId, id, body: { kind: 'plain', text } }).then(() => id)
}

const offer = (person: Person, conversationId: string, amount: number, text: string) =>
  person.ask('message.send', {
    conversationId,
    id: newId(),
    body: { kind: 'plain', text, offer: { amount, currency: 'EUR', details: { Days: '2', Access: 'North gate' } } },
  })

const room = async (owner: Person, name: string, members: Person[], topic?: string) => {
  const userIds = members.map(({ id }) => id)
  const { summary } = await owner.ask('conversation.create', { name, topic, visibility: 'private', userIds })
  return summary.conversation.id
}

const direct = async (one: Person, other: Person) =>
  (await one.ask('conversation.openDirect', { userId: other.id })).summary.conversation.id

/** The head of a sound file without sound: a player shows its peaks. */
const sound = Buffer.concat([Buffer.from('RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1'), Buffer.alloc(40)])
const peaks = Array.from(
  { length: 64 },
  (_, at) => 8 + Math.round(Math.abs(Math.sin(at * 1.7) * Math.cos(at / 5)) * 90),
)

async function photos(server: TestServer, person: Person, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < count; at++) {
    const { buffer, name } = picture(`Pier ${at + 1}.png`, 480, 320, 30 + at * 45)
    ids.push((await upload(server, person, buffer, { kind: 'image', name, width: 480, height: 320 })).id)
  }
  return ids
}

/** A conversation of ana and bo with messages of all kinds, of which bo has read the first half. */
async function talk(server: TestServer, { ana, bo }: People) {
  const id = await direct(ana, bo)
  await say(bo, id, 'Morning! Did the samples arrive?')
  const voice = await upload(server, bo, sound, { kind: 'voice', name: 'Voice message', durationMs: 14_000, peaks })
  await sendFiles(bo, id, [voice.id])
  await say(ana, id, 'They did, all six. The third one is a beauty.')
  await sendFiles(ana, id, await photos(server, ana, 3), 'Light from the window, no flash.')
  await say(bo, id, '😍')
  const read = await say(ana, id, 'I put the list at https://example.org/samples and in the file.')
  const file = await upload(server, ana, Buffer.from('Six samples.'), { name: 'Load report, pier B.txt' })
  await sendFiles(ana, id, [file.id])
  await bo.ask('receipt.read', {
    conversationId: id,
    seq: (await bo.ask('message.get', { messageId: read })).message.seq,
  })
  await bo.ask('reaction.add', { messageId: read, emoji: '👍' })
  await ana.ask('reaction.add', { messageId: read, emoji: '👍' })
  await bo.ask('reaction.add', { messageId: read, emoji: '🌊' })
  await ana.ask('message.delete', { messageId: await say(ana, id, 'A slip of the hand') })
  const edited = await say(bo, id, 'Shall we show them on Tuesday?')
  await bo.ask('message.edit', { messageId: edited, body: { kind: 'plain', text: 'Shall we show them on Thursday?' } })
  await offer(bo, id, 1_240_000, 'Crane, two days, operator included.')
  await say(ana, id, 'Yes. I will book the small room.')
  await say(ana, id, 'And the crane with it.')
}

/** A room of six, whose messages are rows. */
async function crew(server: TestServer, { ana, bo, cy, dan, eva, fay }: People) {
  const id = await room(bo, 'Design crew', [ana, cy, dan, eva, fay], 'What we draw and why')
  await sendFiles(cy, id, await photos(server, cy, 4), 'Three options for the entrance. I would go with the second.')
  const agreed = await say(dan, id, 'Agreed. The load case is in the folder; the second passes with a margin of 12 %.')
  for (const person of [ana, cy, eva]) await person.ask('reaction.add', { messageId: agreed, emoji: '👍' })
  await say(dan, id, 'The report follows.')
  await offer(eva, id, 98_000, 'Two days of drawing.')
  await say(eva, id, 'Then I begin on Monday.')
  await fay.ask('message.delete', { messageId: await say(fay, id, 'Wrong room') })
  await say(ana, id, 'Good. I tell the others.')
}

/**
 * Fills a server with what its pages can show to ana, its administrator: direct conversations, small and large rooms,
 * messages of all kinds, an unread conversation, an invitation, a request of a contact.
 */
export async function furnish(server: TestServer): Promise<People> {
  const people = {} as People
  for (const [username, displayName] of Object.entries(names)) {
    const person = await enter(server, await server.register(username))
    await person.ask('user.update', { displayName })
    people[username as keyof People] = person
  }
  const { ana, bo, cy, dan, eva } = people
  await room(eva, 'The room of everybody who ever sailed from here to there', [ana])
  const lunch = await room(ana, 'Lunch', [bo, cy])
  await say(cy, lunch, 'Shall we try the new place?')
  await say(ana, lunch, 'Yes, at noon.')
  await talk(server, people)
  await crew(server, people)
  await say(dan, await direct(dan, ana), 'Is the crane booked for Thursday?')
  const night = await room(dan, 'Night shift', [])
  await dan.ask('membership.invite', { conversationId: night, userIds: [ana.id] })
  await people.fay.ask('contact.request', { userId: ana.id })
  await bo.ask('conversation.create', { name: 'Announcements', topic: 'What everybody should know' })
  return people
}
