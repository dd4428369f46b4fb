import type { Incoming } from '../dialect.ts'
import { failing } from './failures.ts'
import { deleteMessage, editMessage, sendDirectMessage, sendMessage } from './message-events.ts'
import { setPresence, setTyping } from './presence-events.ts'
import { joinRoom, joinRooms, leaveRoom, leaveRooms } from './room-events.ts'

const roomId = '01970000-0000-7000-8000-000000000001'
const messageId = '01970000-0000-7000-8000-0000000000aa'
const userId = 'ana'
const ofRoom = { roomId, userId }
const names = { rooms: [`room:${roomId}`] }

/** Every event that their clients send. Error codes that their two documents lack follow the same style. */
export const incoming: Record<string, Incoming> = {
  'room:join': { example: ofRoom, plan: joinRoom, failed: failing('JOIN_FAILED') },
  'room:leave': { example: ofRoom, plan: leaveRoom, failed: failing('LEAVE_FAILED') },
  join: { example: names, plan: joinRooms, failed: failing('JOIN_FAILED') },
  leave: { example: names, plan: leaveRooms, failed: failing('LEAVE_FAILED') },
  'message:send': {
    example: { ...ofRoom, content: 'Hello everyone!', type: 'text' },
    isOneCommand: true,
    plan: sendMessage,
    failed: failing('SEND_FAILED'),
  },
  'message:edit': {
    example: { messageId, content: 'Hello', userId },
    plan: editMessage,
    failed: failing('EDIT_FAILED'),
  },
  'message:delete': { example: { messageId, userId }, plan: deleteMessage, failed: failing('DELETE_FAILED') },
  'dm:send': {
    example: { receiverId: 'bo', content: 'Psst', userId },
    plan: sendDirectMessage,
    failed: failing('DM_FAILED'),
  },
  'typing:start': { example: { roomId }, plan: setTyping(true), failed: failing('TYPING_FAILED') },
  'typing:stop': { example: { roomId }, plan: setTyping(false), failed: failing('TYPING_FAILED') },
  'presence:update': { example: 'away', plan: setPresence, failed: failing('PRESENCE_FAILED') },
}
