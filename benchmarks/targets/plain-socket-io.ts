/**
 * A chat server as in tutorials: Socket.IO's rooms and acknowledgements, everything in memory, no authentication. Its
 * settings are the fastest ones: websocket only, no compression.
 */
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { announce, roomsOf } from './rooms.ts'

interface Sent {
  conversationId: string
  text: string
}

const http = createServer()
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
let count = 0

io.on('connection', (socket) => {
  void socket.join(roomsOf(socket.request.url ?? '/'))
  const senderId = socket.id
  socket.on('send', ({ conversationId, text }: Sent, acknowledge: (reply: { ok: true; id: number }) => void) => {
    count += 1
    io.to(conversationId).emit('message', { id: count, conversationId, senderId, createdAt: Date.now(), text })
    acknowledge({ ok: true, id: count })
  })
})

http.listen(0, '127.0.0.1', () => announce(http.address()))
