interface RecordingFormat {
  /** The `mimeType` for the `MediaRecorder`. */
  recorded: string
  /** The MIME type of the file. */
  type: string
  extension: string
}

// MP4 first, because all browsers play it: Safari and iOS do not play WebM from other browsers.
const formats: readonly RecordingFormat[] = [
  { recorded: 'audio/mp4;codecs=mp4a.40.2', type: 'audio/mp4', extension: 'm4a' },
  { recorded: 'audio/mp4;codecs=opus', type: 'audio/mp4', extension: 'm4a' },
  { recorded: 'audio/mp4', type: 'audio/mp4', extension: 'm4a' },
  { recorded: 'audio/webm;codecs=opus', type: 'audio/webm', extension: 'webm' },
  { recorded: 'audio/ogg;codecs=opus', type: 'audio/ogg', extension: 'ogg' },
]

/**
 * The best format that this browser can record; undefined if it supports none of ours, so that it chooses itself.
 * Throws in a browser without `MediaRecorder`.
 */
export const recordingFormat = (): RecordingFormat | undefined =>
  formats.find(({ recorded }) => MediaRecorder.isTypeSupported(recorded))

/**
 * The file type and extension for the MIME type of a recorder, also one with codecs; the extension `audio` for an
 * unknown type.
 */
export function formatOf(mimeType: string): Omit<RecordingFormat, 'recorded'> {
  const [type = ''] = mimeType.split(';')
  return formats.find((format) => format.type === type) ?? { type, extension: 'audio' }
}
