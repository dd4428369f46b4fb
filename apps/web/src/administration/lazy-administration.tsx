import { type ReactNode, useEffect, useState } from 'react'
import { dropHash } from '../use-hash.ts'

type Parts = typeof import('@parley/react/administration')

interface LazyAdministrationProps {
  children: (parts: Parts) => ReactNode
}

/** What few people open, loaded when it is opened. Where that fails, the address leads back. */
export function LazyAdministration({ children }: LazyAdministrationProps) {
  const [parts, setParts] = useState<Parts | null>(null)
  useEffect(() => void import('@parley/react/administration').then(setParts, dropHash), [])
  return parts && children(parts)
}
