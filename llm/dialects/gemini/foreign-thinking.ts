import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { listOf, member, textAt } from './members.js'
import { traitsOf } from './models.js'
import { isForeignSignature, SKIPPED_SIGNATURE } from './signature.js'

/**
 * A client's contents as Google takes them: without thinking that another provider did, and since Gemini 3 with the documented
 * stand-in on the first call of a turn that nobody signed, which would be refused. Undefined where nothing has to change.
 */
export function withoutForeignThinking(
  contents: JsonValue | undefined,
  model: string,
): readonly JsonValue[] | undefined {
  const signs = traitsOf(model).generation === 'since-3'
  const given = listOf(contents)
  const made = given.map((content) => ownContent(content, signs ? 'sign' : 'leave'))
  return made.every((content, i) => content === given[i]) ? undefined : made.filter((content) => content !== undefined)
}

/** The paths of what `withoutForeignThinking` takes away. */
export function foreignThinkingIn(contents: JsonValue | undefined): readonly string[] {
  return listOf(contents).flatMap((content, i) =>
    partsOf(content).flatMap((part, j) => (isForeign(part) ? [`contents[${i}].parts[${j}]`] : [])),
  )
}

const partsOf = (content: JsonValue): readonly JsonValue[] => (isObject(content) ? listOf(content['parts']) : [])

const isForeign = (part: JsonValue): boolean =>
  isObject(part) && member(part, 'thought') === true && isForeignSignature(textAt(part, 'thoughtSignature'))

/** The same object where nothing has to change; undefined where nothing is left of it. */
function ownContent(content: JsonValue, calls: 'sign' | 'leave'): JsonValue | undefined {
  if (!isObject(content)) return content
  const given = partsOf(content)
  const kept = given.some(isForeign) ? given.filter((part) => !isForeign(part)) : given
  const parts = calls === 'sign' && content['role'] === 'model' ? firstCallSigned(kept) : kept
  if (parts === given) return content
  return parts.length === 0 ? undefined : { ...content, parts }
}

function firstCallSigned(parts: readonly JsonValue[]): readonly JsonValue[] {
  const at = parts.findIndex((part) => isObject(part) && member(part, 'functionCall') !== undefined)
  const call = parts[at]
  if (!isObject(call) || member(call, 'thoughtSignature') !== undefined) return parts
  const signed: JsonObject = { ...call, thoughtSignature: SKIPPED_SIGNATURE }
  return parts.with(at, signed)
}
