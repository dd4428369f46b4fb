export interface AddressShares {
  /** Takes a place. Returns the function that gives it back, which works once; undefined if no place is left. */
  take(address: string): (() => void) | undefined
  /** How many places are taken. */
  count(): number
}

/**
 * A number of places (`inAll`), of which each address may take a limited share (`ofOneAddress`). No place is given back
 * by itself.
 *
 * @example
 * const shares = createAddressShares({ ofOneAddress: 1, inAll: 10 })
 * const giveBack = shares.take('203.0.113.9')
 * shares.take('203.0.113.9') // undefined
 */
export function createAddressShares(most: { ofOneAddress: number; inAll: number }): AddressShares {
  const taken = new Map<string, number>()
  let total = 0
  return {
    count: () => total,
    take: (address) => {
      const mine = taken.get(address) ?? 0
      if (mine >= most.ofOneAddress || total >= most.inAll) return undefined
      taken.set(address, mine + 1)
      total++
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        total--
        const left = (taken.get(address) ?? 1) - 1
        if (left === 0) taken.delete(address)
        else taken.set(address, left)
      }
    },
  }
}
