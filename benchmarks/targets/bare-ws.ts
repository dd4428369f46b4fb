/**
 * The minimal server with WebSockets on Node: `ws` and a map of rooms; encodes each message once and sends it in a
 * loop.
 */
import { WebSocket, WebSocketServer } from 'ws'
import { announce, roomsOf } from './rooms.ts'

interface Sent {
  conversationId: string
  text: string
  ack: number
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const rooms = new Map<string, Set<WebSocket>>()
let count = 0

const broadcast = ({ conversationId, text }: Sent, senderId: number) => {
  const message = { type: 'message', id: count, conversationId, senderId, createdAt: Date.now(), text }
  const bytes = Buffer.from(JSON.stringify(message))
  for (const socket of rooms.get(conversationId) ?? []) {
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes, { binary: false })
  }
}

let sockets = 0
server.on('connection', (socket, request) => {
  sockets += 1
  const senderId = sockets
  const mine = roomsOf(request.url ?? '/')
  for (const room of mine) rooms.set(room, (rooms.get(room) ?? new Set()).add(socket))
  socket.on('close', () => {
    for (const room of mine) rooms.get(room)?.delete(socket)
  })
  socket.on('message', (bytes) => {
    const sent = JSON.parse(String(bytes)) as Sent
    count += 1
    broadcast(sent, senderId)
    socket.send(`{"type":"ack","ack":${sent.ack},"ok":true,"id":${count}}`)
  })
})

server.on('listening', () => announce(server.address()))
