import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { ComponentRoot } from '../ui/component-root.tsx'
import { Landmark, Title } from '../ui/landmark.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { type AdministrationTexts, AdministrationTextsContext, administrationTexts } from './administration-texts.ts'
import { LogSection } from './log-section.tsx'
import { PeopleSection } from './people-section.tsx'
import { RoomsSection } from './rooms-section.tsx'

interface AdministrationPageProps {
  /** The page is all chat, as in `<ChatPage isPage>`. */
  isPage?: boolean
  /** Makes the address of the page that takes a token for a new password (`<PasswordLinkForm>`). */
  linkOf: (token: string) => string
  /** Leads back; without it there is no button for that. */
  onClose?: () => void
  /** Other words; what is left out stays English. One object that lasts. */
  texts?: Partial<AdministrationTexts>
}

type Section = 'people' | 'rooms' | 'log'

/**
 * The administration of a server, for a chat whose person has the role `admin`: people, rooms and the log. It stands in a
 * `ChatProvider`, and needs `styles.css`.
 *
 * @example <AdministrationPage linkOf={(token) => `${location.origin}/#password=${token}`} onClose={close} />
 */
export function AdministrationPage({ isPage = false, linkOf, onClose, texts }: AdministrationPageProps) {
  const words = useMemo(() => ({ ...administrationTexts, ...texts }), [texts])
  const [section, setSection] = useState<Section>('people')
  const back = useRef<HTMLButtonElement>(null)
  // What opened the page is gone, and with it the focus.
  useLayoutEffect(() => back.current?.focus(), [])
  const tabs = (['people', 'rooms', 'log'] as const).map((key) => ({ key, label: words[key], face: words[key] }))
  return (
    <AdministrationTextsContext.Provider value={words}>
      <ComponentRoot isPage={isPage} shape="fill">
        <Landmark as="main" className="parley-administration parley-scroller" aria-label={words.administration}>
          <div className="parley-administration__sheet">
            <div className="parley-administration__header">
              {onClose && <IconButton ref={back} label={words.back} icon="back" onClick={onClose} />}
              <Title level={1} className="parley-administration__title">
                {words.administration}
              </Title>
            </div>
            <Tabs label={words.sections} tabs={tabs} current={section} onChange={(key) => setSection(key as Section)}>
              {section === 'people' && <PeopleSection linkOf={linkOf} />}
              {section === 'rooms' && <RoomsSection />}
              {section === 'log' && <LogSection />}
            </Tabs>
          </div>
        </Landmark>
      </ComponentRoot>
    </AdministrationTextsContext.Provider>
  )
}
