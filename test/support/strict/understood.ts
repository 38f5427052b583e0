import type { JsonObject } from '../../../core/json.js'

/** What a request means once it has been found valid, whatever API it came through. */
export interface Understood {
  readonly stream: boolean
  readonly system: string
  /** The last words of the user. */
  readonly text: string
  /** Pictures beside these words; `bytes` is the decoded size. */
  readonly images: readonly { readonly mediaType: string; readonly bytes: number }[]
  /** Results of tools that came since the last words of the model, with the call that each answers. */
  readonly results: readonly { readonly args: JsonObject; readonly text: string }[]
  readonly tools: readonly string[]
  /** The tool that must be called. */
  readonly forced?: string
  /** Whether the answer must be JSON. */
  readonly json: boolean
  readonly stop: readonly string[]
}

/** A call in a conversation's history, by the id that its result must name. */
export interface KnownCall {
  readonly id: string
  readonly args: JsonObject
}

/** Size and type of a picture in base64. */
export function imageIn(mediaType: string, base64: string): Understood['images'][number] {
  return { mediaType, bytes: Buffer.from(base64, 'base64').length }
}
