import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'

/** What a target's body says of the members that not every API has a word for; undefined means that it says nothing. */
interface Said {
  readonly dimensions: number | undefined
  readonly inputType: string | undefined
}

/** The client's members that a target's body does not say, for APIs that know nobody's `user`. How vectors are written is ours. */
export function unsaid({ embedding, user, extras }: ChatRequest, said: Said): readonly string[] {
  const lost: JsonObject = {
    dimensions: said.dimensions === undefined ? embedding?.dimensions : undefined,
    input_type: said.inputType === undefined ? embedding?.inputType : undefined,
    user,
    ...Object.fromEntries(extras.fields),
  }
  return Object.keys(lost).filter((name) => lost[name] !== undefined)
}
