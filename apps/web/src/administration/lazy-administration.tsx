import { type ReactNode, useEffect, useState } from 'react'
import { dropHash } from '../use-hash.ts'

type AdministrationModule = typeof import('@parley/react/administration')

interface LazyAdministrationProps {
  children: (administration: AdministrationModule) => ReactNode
}

/**
 * Loads the code of the administration when it is opened, because few people need it. If that fails, it drops the hash.
 */
export function LazyAdministration({ children }: LazyAdministrationProps) {
  const [administration, setAdministration] = useState<AdministrationModule | null>(null)
  useEffect(() => void import('@parley/react/administration').then(setAdministration, dropHash), [])
  return administration && children(administration)
}
