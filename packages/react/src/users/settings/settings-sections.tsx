import { type ReactNode, useState } from 'react'
import { BlockedList } from '../../blocks/blocked-list.tsx'
import { PasswordForm } from '../../sessions/password-form.tsx'
import { SessionList } from '../../sessions/session-list.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ChoiceField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { Tabs } from '../../ui/tabs.tsx'
import type { SettingsProps } from './lazy-settings.tsx'
import { ProfileForm } from './profile-form.tsx'

const icons = {
  profile: 'user',
  appearance: 'settings',
  devices: 'compass',
  privacy: 'lock',
  administration: 'people',
} satisfies Record<string, IconName>

type Section = keyof typeof icons

/**
 * The settings of a user as tabs: the profile with the password, and the devices, both only with `ownsAccount`; the
 * `appearance`, if the application has any; the blocked people; and the way to the administration, with `onAdminister`.
 * The forms save themselves; a choice of the appearance applies at once.
 */
export function SettingsSections({ ownsAccount, appearance, onAdminister }: SettingsProps) {
  const texts = useTexts().users
  const bodies: Record<Section, ReactNode> = {
    profile: ownsAccount && <ProfileSection />,
    appearance: appearance.length > 0 && appearance.map((field) => <ChoiceField key={field.label} {...field} />),
    devices: ownsAccount && <DevicesSection />,
    privacy: <PrivacySection />,
    administration: onAdminister && <AdministrationSection onAdminister={onAdminister} />,
  }
  const shown = (Object.keys(bodies) as Section[]).filter((section) => bodies[section])
  const [current, setCurrent] = useState(shown[0] ?? 'privacy')
  const tabs = shown.map((key) => ({
    key,
    label: texts.settingsSections[key],
    face: (
      <>
        <Icon name={icons[key]} /> {texts.settingsSections[key]}
      </>
    ),
  }))
  return (
    <div className="parley-settings">
      <Tabs
        label={texts.partsOfSettings}
        tabs={tabs}
        current={current}
        onChange={(key) => setCurrent(key as Section)}
        isVertical
      >
        {bodies[current]}
      </Tabs>
    </div>
  )
}

function ProfileSection() {
  const { sessions } = useTexts()
  return (
    <>
      <ProfileForm />
      <h3 className="parley-settings__heading parley-settings__heading--further">{sessions.password}</h3>
      <PasswordForm />
    </>
  )
}

function DevicesSection() {
  const { sessions } = useTexts()
  return (
    <>
      <h3 className="parley-settings__heading">{sessions.whereSignedIn}</h3>
      <SessionList />
    </>
  )
}

function PrivacySection() {
  const { blocks } = useTexts()
  return (
    <>
      <h3 className="parley-settings__heading">{blocks.blockedPeople}</h3>
      <BlockedList />
    </>
  )
}

function AdministrationSection({ onAdminister }: { onAdminister: () => void }) {
  const texts = useTexts().users
  return (
    <>
      <p>{texts.administrationHint}</p>
      <Button icon="settings" className="parley-settings__way" onClick={onAdminister}>
        {texts.openAdministration}
      </Button>
    </>
  )
}
