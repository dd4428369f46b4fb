/**
 * The id that some clients give a direct conversation: the ids of its two users, sorted and joined by `_`. Because ids
 * may contain `_`, it can only be taken apart if one of the users is known.
 */
export const toPairId = (one: string, other: string): string => [one, other].sort().join('_')

/**
 * Returns the other user in a pair id, or `me` in that of a conversation with oneself. Returns undefined if the text is
 * no pair id with `me` in it, also if its two ids are not in their sorted order.
 */
export function partnerIn(pairId: string, me: string): string | undefined {
  const candidates = [
    pairId.startsWith(`${me}_`) ? pairId.slice(me.length + 1) : '',
    pairId.endsWith(`_${me}`) ? pairId.slice(0, -me.length - 1) : '',
  ]
  return candidates.find((other) => other !== '' && toPairId(me, other) === pairId)
}
