/**
 * The id that some clients give a direct conversation: the ids of its two users, sorted and joined by `_`. Because ids
 * may contain `_`, it can only be taken apart if one of the users is known.
 */
export const toPairId = (one: string, other: string): string => [one, other].sort().join('_')

/** The other user in a pair id, or `me` in that of a conversation with oneself; undefined if `me` is not in it. */
export function partnerIn(pairId: string, me: string): string | undefined {
  const candidates = [
    pairId.startsWith(`${me}_`) ? pairId.slice(me.length + 1) : '',
    pairId.endsWith(`_${me}`) ? pairId.slice(0, -me.length - 1) : '',
  ]
  return candidates.find((other) => other !== '' && toPairId(me, other) === pairId)
}
