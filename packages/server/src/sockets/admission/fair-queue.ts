/**
 * Makes a queue that is first in, first out for each address, and lets the addresses take turns: `shift` removes the
 * oldest entry of the address whose turn it is, `popLongest` the newest of the address that has the most; both return
 * it, or undefined if the queue is empty. It has no limit of its own.
 */
export function createFairQueue<T extends { address: string }>() {
  /** The address whose turn is next comes first. */
  const byAddress = new Map<string, T[]>()
  let size = 0
  const remove = (address: string, take: 'shift' | 'pop') => {
    const line = byAddress.get(address)
    const newcomer = line?.[take]()
    if (line?.length === 0) byAddress.delete(address)
    if (newcomer) size--
    return newcomer
  }
  return {
    size: () => size,
    sizeOf: (address: string) => byAddress.get(address)?.length ?? 0,
    push: (newcomer: T) => {
      const line = byAddress.get(newcomer.address)
      if (line) line.push(newcomer)
      else byAddress.set(newcomer.address, [newcomer])
      size++
    },
    shift: (): T | undefined => {
      const [first] = byAddress
      if (!first) return undefined
      const [address, line] = first
      const newcomer = remove(address, 'shift')
      if (line.length === 0) return newcomer
      byAddress.delete(address)
      byAddress.set(address, line)
      return newcomer
    },
    /** Removes the newest entry of the address that has the most; of several such addresses, of the last one. */
    popLongest: (): T | undefined => {
      let longest = ''
      let length = 0
      for (const [address, line] of byAddress) {
        if (line.length < length) continue
        longest = address
        length = line.length
      }
      return remove(longest, 'pop')
    },
  }
}
