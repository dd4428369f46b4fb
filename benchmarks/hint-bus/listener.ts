import { io } from 'socket.io-client'

/**
 * `listener.ts <port>`: a client of the second node that counts events, and answers each message of its parent with the
 * count.
 */
let heard = 0
const socket = io(`http://127.0.0.1:${process.argv[2]}`, { transports: ['websocket'] })
socket.on('said', () => {
  heard += 1
})
socket.on('connect', () => process.send?.({ heard: 0 }))
process.on('message', () => process.send?.({ heard }))
process.on('disconnect', () => process.exit())
