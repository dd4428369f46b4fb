import { type ReactNode, useEffect, useState } from 'react'
import { dropHash } from '../use-hash.ts'

type AdministrationModule = typeof import('@parley/react/administration')

interface LazyAdministrationProps {
  children: (administration: AdministrationModule) => ReactNode
}

/**
 * Calls `children` with the code of the administration, and shows what that returns. It loads the code when it is
 * mounted, because few people need it, and shows nothing until then. If that fails, it removes the hash of the
 * address, and still shows nothing: the parent must show something else.
 */
export function LazyAdministration({ children }: LazyAdministrationProps) {
  const [administration, setAdministration] = useState<AdministrationModule | null>(null)
  useEffect(() => void import('@parley/react/administration').then(setAdministration, dropHash), [])
  return administration && children(administration)
}
