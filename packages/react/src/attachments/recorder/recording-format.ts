interface RecordingFormat {
  /** As the recorder wants it said. */
  recorded: string
  type: string
  ending: string
}

// Safari and iOS play no WebM of others, and everybody plays MP4.
const formats: readonly RecordingFormat[] = [
  { recorded: 'audio/mp4;codecs=mp4a.40.2', type: 'audio/mp4', ending: 'm4a' },
  { recorded: 'audio/mp4;codecs=opus', type: 'audio/mp4', ending: 'm4a' },
  { recorded: 'audio/mp4', type: 'audio/mp4', ending: 'm4a' },
  { recorded: 'audio/webm;codecs=opus', type: 'audio/webm', ending: 'webm' },
  { recorded: 'audio/ogg;codecs=opus', type: 'audio/ogg', ending: 'ogg' },
]

/** How this browser records; undefined leaves it to the browser. */
export const recordingFormat = (): RecordingFormat | undefined =>
  formats.find(({ recorded }) => MediaRecorder.isTypeSupported(recorded))

/** What a recording without a known format is. */
export function formatOf(mimeType: string): Omit<RecordingFormat, 'recorded'> {
  const [type = ''] = mimeType.split(';')
  return formats.find((format) => format.type === type) ?? { type, ending: 'audio' }
}
