/**
 * The name of a direct conversation by its two people: both ids in order, joined by `_`. Some clients make such names
 * themselves. An id may contain `_`, so such a name says who it is about only to one of the two.
 */
export const toPairId = (one: string, other: string): string => [one, other].sort().join('_')

/** The other person of a pair that I am in; undefined if the name is none of mine. One’s own conversation names oneself twice. */
export function partnerIn(pairId: string, me: string): string | undefined {
  const candidates = [
    pairId.startsWith(`${me}_`) ? pairId.slice(me.length + 1) : '',
    pairId.endsWith(`_${me}`) ? pairId.slice(0, -me.length - 1) : '',
  ]
  return candidates.find((other) => other !== '' && toPairId(me, other) === pairId)
}
