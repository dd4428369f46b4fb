import { createChat, createSessions } from '@parley/client'

/* talk.mjs URL: registers somebody, opens a room, and sends a picture there. Prints the message's place, and the width. */

const [url] = process.argv.slice(2)
const sessions = createSessions({ url })
await sessions.register({ username: 'ana', password: 'password of ana' })
const chat = createChat({ url, auth: sessions.accessToken })
await chat.connect()
const { id } = await chat.conversations.create({ name: 'Kitchen' })
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const picture = chat.attachments.upload(new File([Buffer.from(dot, 'base64')], 'dot.png', { type: 'image/png' }))
const sent = chat.messages.send(id, { kind: 'plain', text: '', attachments: [picture.id] })
const { seq, body } = await sent.settled
process.stdout.write(
  `${JSON.stringify({ seq, width: (await picture.settled).width, attachments: body.attachments?.length })}\n`,
)
await chat.close()
sessions.close()
