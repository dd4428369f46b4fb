/** What a worker is asked: to look at a file, and to write what it makes of an image beside it. */
export interface InspectionRequest {
  /** The file; `.original` and `.thumbnail` are added to its name. */
  file: string
}

export interface InspectedImage {
  width: number
  height: number
  /** In base64. */
  thumbhash: string
}

/** What a file is by its bytes. */
export interface Inspection {
  /** `application/octet-stream` where the bytes show no type. */
  mime: string
  /** Of an image that could be decoded: it was written anew, upright and without what was hidden in it. */
  image: InspectedImage | null
}

export const unknownType = 'application/octet-stream'
