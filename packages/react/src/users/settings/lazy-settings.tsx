import { type ComponentType, useEffect, useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import type { ChoiceFieldProps } from '../../ui/field.tsx'
import { Problem, Skeleton } from '../../ui/notice.tsx'

export interface SettingsProps {
  /** Does the server manage the account, with its name, password and sessions? */
  ownsAccount: boolean
  /** How the application can look, as fields with a few values each. */
  appearance: readonly ChoiceFieldProps<string>[]
  /** Opens the administration; undefined for users who are no administrators. */
  onAdminister: (() => void) | undefined
}

let loaded: ComponentType<SettingsProps> | null = null

interface LazySettingsProps extends SettingsProps {
  onClose: () => void
}

/**
 * The dialog with the settings. It is there at once; the code of its content is loaded when the first one is mounted,
 * because few people need it. If that fails, it shows why, and the next one that is mounted tries again. It calls
 * `onClose` before `onAdminister`.
 */
export function LazySettings({ onClose, onAdminister, ...props }: LazySettingsProps) {
  const [Sections, setSections] = useState(() => loaded)
  const [error, setError] = useState<unknown>(null)
  const texts = useTexts().users
  useEffect(() => {
    if (loaded) return
    import('./settings-sections.tsx').then((module) => {
      loaded = module.SettingsSections
      setSections(() => module.SettingsSections)
    }, setError)
  }, [])
  const administer = () => {
    onClose()
    onAdminister?.()
  }
  return (
    <Dialog title={texts.settings} size="large" onClose={onClose}>
      <Problem error={error} />
      {Sections && <Sections {...props} onAdminister={onAdminister && administer} />}
      {!Sections && error === null && <Skeleton label={texts.loadingSettings} rows={4} />}
    </Dialog>
  )
}
