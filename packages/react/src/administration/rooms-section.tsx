import type { AdministeredRoom } from '@parley/protocol'
import { useState } from 'react'
import { formatNumber } from '../texts/number-format.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { ListEnd, Skeleton } from '../ui/notice.tsx'
import { ActDialog } from './act-dialog.tsx'
import { useAdministrationTexts } from './administration-texts.ts'
import { useAdministeredRooms, useAdministration } from './use-administration.ts'
import { usePausedQuery } from './use-paused-query.ts'

/** The server counts members up to this number. */
const maxMemberCount = 1_000

/**
 * The rooms of the server, in pages, with a search and a button that removes a room after a confirmation. Loads them
 * when it is mounted and for each search, and shows errors with a button that tries again; rooms that others make or
 * remove later do not change it.
 */
export function RoomsSection() {
  const texts = useAdministrationTexts()
  const { typed, setTyped, query } = usePausedQuery()
  const { items, drop, ...pages } = useAdministeredRooms(query)
  return (
    <>
      <TextField
        label={texts.findRooms}
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {!items && !pages.error && <Skeleton label={texts.lookingForRooms} />}
      <ul className="parley-people" aria-label={texts.rooms}>
        {items?.map((room) => (
          <RoomRow key={room.conversation.id} room={room} onRemoved={() => drop(room.conversation.id)} />
        ))}
      </ul>
      {items?.length === 0 && <p className="parley-hint">{texts.noRooms}</p>}
      <ListEnd pages={pages} label={texts.more} />
    </>
  )
}

interface RoomRowProps {
  room: AdministeredRoom
  onRemoved: () => void
}

function RoomRow({ room: { conversation, memberCount, messageCount }, onRemoved }: RoomRowProps) {
  const texts = useAdministrationTexts()
  const administration = useAdministration()
  const [isAsking, setIsAsking] = useState(false)
  const name = conversation.name ?? ''
  const members = formatNumber(memberCount) + (memberCount >= maxMemberCount ? '+' : '')
  const visibility = conversation.visibility === 'public' ? texts.publicRoom : texts.privateRoom
  return (
    <li className="parley-person">
      <span className="parley-person__names">
        <bdi className="parley-person__name">{name}</bdi>
        <span className="parley-person__username">
          {[visibility, texts.members(members), texts.messages(formatNumber(messageCount))].join(' · ')}
        </span>
      </span>
      <Button aria-label={texts.removeRoomNamed(name)} onClick={() => setIsAsking(true)}>
        {texts.removeRoom}
      </Button>
      {isAsking && (
        <ActDialog
          title={texts.removeRoomTitle(name)}
          consequence={texts.removeRoomConsequence}
          confirm={texts.removeRoom}
          isDanger
          act={async (reason) => {
            await administration.removeRoom(conversation.id, reason)
            onRemoved()
          }}
          onClose={() => setIsAsking(false)}
        />
      )}
    </li>
  )
}
