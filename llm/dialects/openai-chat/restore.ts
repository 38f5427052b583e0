import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { restoreAt } from '../shared/restore-at.js'

/** Whether a path leads into what is written anew (`messages[1].prefix`), and not to a member of the request itself. */
export const isInside = (path: string): boolean => path.includes('[') || /^(tool_choice|response_format)\./.test(path)

/**
 * Puts members back where the client had them. What has no place any more, because a policy has changed what was around it, is
 * reported by its path.
 */
export function restore(body: JsonObject, members: JsonObject, dropped: Set<string>): JsonObject {
  let restored: JsonValue = body
  for (const [path, value] of Object.entries(members)) {
    if (value === undefined || value === null || !isInside(path)) continue
    const next = restoreAt(restored, path, value, 'text')
    if (next === undefined) dropped.add(path)
    else restored = next
  }
  return isObject(restored) ? restored : body
}
