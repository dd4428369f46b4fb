import type { Offer, OfferStatus } from '@parley/protocol'
import { offerStatus } from '@parley/protocol/features/body/offer-rules'
import { useEffect, useState } from 'react'
import { useWriteBarrier } from '../blocks/use-blocks.ts'
import { useConversationState } from '../hooks/use-chat.ts'
import { useOwnRole } from '../memberships/use-members.ts'
import { useMe } from '../users/use-users.ts'

/** What the user may do with an open offer, by the same rules as on the server. */
export interface OfferPermissions {
  accept: boolean
  decline: boolean
  withdraw: boolean
}

const nothing: OfferPermissions = { accept: false, decline: false, withdraw: false }

/** The longest delay of `setTimeout`. */
const longestMs = 2 ** 31 - 1

/**
 * The offer of a message, its status by the clock of this device, and what the user may do with it: `may` has only
 * false unless the offer is open and the user can write there, as far as this device knows. The maker may withdraw it;
 * the others may accept it and, in a direct conversation or with a role above `member`, decline it. Renders again when
 * the offer changes or expires. `offer` and `status` are undefined for a message without an offer, and before the
 * message is stored or loaded. It loads nothing.
 *
 * @example
 * const { status, may } = useOffer(message.conversationId, message.id)
 * {may.accept && <button onClick={() => chat.offers.accept(message.conversationId, message.id)}>Accept</button>}
 */
export function useOffer(conversationId: string, messageId: string) {
  const offer = useConversationState(conversationId, (held) => held?.offers[messageId])
  const me = useMe()?.id
  const kind = useConversationState(conversationId, (held) => held?.conversation.kind)
  const role = useOwnRole(conversationId)
  // The server refuses decisions from those who cannot write.
  const canWrite = useWriteBarrier(conversationId) === null
  const now = useNowUntil(offer?.status === 'open' ? offer.expiresAt : null)
  const status: OfferStatus | undefined = offer && offerStatus(offer, now)
  const mayDecline = kind === 'direct' || (role !== undefined && role !== 'member')
  return { offer, status, may: status === 'open' && canWrite ? permissions(offer, me, mayDecline) : nothing }
}

function permissions(offer: Offer | undefined, me: string | undefined, mayDecline: boolean): OfferPermissions {
  if (!offer || me === undefined) return nothing
  const isMaker = offer.userId === me
  return { accept: !isMaker, decline: !isMaker && mayDecline, withdraw: isMaker }
}

/** The present time; renders again shortly after `time`. */
function useNowUntil(time: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (time === null || time <= now) return
    const timer = setTimeout(() => setNow(Date.now()), Math.min(time - Date.now() + 50, longestMs))
    return () => clearTimeout(timer)
  }, [time, now])
  return now
}
