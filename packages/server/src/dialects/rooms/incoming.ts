import type { Incoming } from '../dialect.ts'
import { failing } from './failures.ts'
import { deleteMessage, editMessage, sendDirectMessage, sendMessage } from './message-events.ts'
import { setPresence, setTyping } from './presence-events.ts'
import { joinRoom, joinRooms, leaveRoom, leaveRooms } from './room-events.ts'

/** Every event their clients send. A name that the two documents do not have ends in the same style as theirs. */
export const incoming: Record<string, Incoming> = {
  'room:join': { plan: joinRoom, failed: failing('JOIN_FAILED') },
  'room:leave': { plan: leaveRoom, failed: failing('LEAVE_FAILED') },
  join: { plan: joinRooms, failed: failing('JOIN_FAILED') },
  leave: { plan: leaveRooms, failed: failing('LEAVE_FAILED') },
  'message:send': { plan: sendMessage, failed: failing('SEND_FAILED') },
  'message:edit': { plan: editMessage, failed: failing('EDIT_FAILED') },
  'message:delete': { plan: deleteMessage, failed: failing('DELETE_FAILED') },
  'dm:send': { plan: sendDirectMessage, failed: failing('DM_FAILED') },
  'typing:start': { plan: setTyping(true), failed: failing('TYPING_FAILED') },
  'typing:stop': { plan: setTyping(false), failed: failing('TYPING_FAILED') },
  'presence:update': { plan: setPresence, failed: failing('PRESENCE_FAILED') },
}
