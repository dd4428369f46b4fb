/**
 * Asks a worker to inspect a file. Of an image it also writes a re-encoded copy and a thumbnail; in one that cannot be
 * decoded it overwrites the position data.
 */
export interface InspectionRequest {
  /** The path of the file. The copy is written to this path with `.original`, the thumbnail with `.thumbnail`. */
  file: string
  /** Decoding it has failed: it crashed the process or took too long. */
  isUndecodable?: boolean
}

export interface InspectedImage {
  width: number
  height: number
  /** In base64. */
  thumbhash: string
}

/** The type of a file, from its bytes alone. */
export interface Inspection {
  /** `unknownType` if the bytes show no type. */
  mime: string
  /** Set for an image that could be decoded; its copy is upright and has no metadata. */
  image: InspectedImage | null
}

/** The type of files that no browser opens. */
export const unknownType = 'application/octet-stream'
