import { io } from 'socket.io-client'

/* Counts what reaches a client of the second node: `listener.ts <port>`; answers each message with the count so far. */
let heard = 0
const socket = io(`http://127.0.0.1:${process.argv[2]}`, { transports: ['websocket'] })
socket.on('said', () => {
  heard += 1
})
socket.on('connect', () => process.send?.({ heard: 0 }))
process.on('message', () => process.send?.({ heard }))
process.on('disconnect', () => process.exit())
