import type { Extras } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { restoreAt } from '../shared/restore-at.js'

/** Whether a path leads into what is written anew (`messages[1].prefix`), and not to a member of the request itself. */
export const isInside = (path: string): boolean => path.includes('[') || /^(tool_choice|response_format)\./.test(path)

/**
 * Puts members back where the client had them. What has no place any more, because a policy has changed what was around it, is
 * reported by its path.
 */
export function* restore(body: JsonObject, { fields, quiet = NONE }: Extras, dropped: Set<string>): Steps<JsonObject> {
  const copied = new Set<readonly JsonValue[]>()
  let restored: JsonValue = body
  const put = (path: string, value: JsonValue | undefined) => {
    if (value === undefined || value === null || !isInside(path)) return
    const next = restoreAt(restored, path, value, 'text', copied)
    if (next === undefined) dropped.add(path)
    else restored = next
  }
  yield* eachInSteps(
    [...fields.keys()],
    () => MEMBER,
    (path) => put(path, fields.get(path)),
  )
  yield* eachInSteps(
    [...quiet.keys()],
    () => MEMBER,
    (path) => put(path, quiet.get(path)),
  )
  return isObject(restored) ? restored : body
}

const NONE: Extras['fields'] = new Map()

/** Units that putting a member back takes. */
const MEMBER = 16
