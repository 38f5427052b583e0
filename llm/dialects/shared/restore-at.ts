import { isObject, type JsonValue } from '../../../core/json.js'
import { isArray } from './arrays.js'

/** OpenAI's own mark for the cache, which is read as the mark that other APIs have. */
export const BREAKPOINT = 'prompt_cache_breakpoint'

/** What a text part is called where one text alone is written as a plain string. */
type TextType = 'text' | 'input_text'

/**
 * The value with a member put back at a path (`messages[1].content[0].extra`) whose last step alone may be new; undefined where
 * the path leads to nothing any more. Lists on the way are copied once: `copied` are those that have been, for the same value and other paths.
 */
export function restoreAt(
  into: JsonValue,
  path: string,
  value: JsonValue,
  text: TextType,
  copied: Set<readonly JsonValue[]>,
): JsonValue | undefined {
  const steps = [...path.matchAll(/[^.[\]]+/g)].map(([step]) => step)
  const setIn = (holder: JsonValue | undefined, depth: number): JsonValue | undefined => {
    const step = steps[depth]
    if (step === undefined) return value
    const member = (from: JsonValue | undefined) => setIn(from, depth + 1)
    return setStep(
      typeof holder === 'string' && step === '0' ? [{ type: text, text: holder }] : holder,
      step,
      member,
      copied,
    )
  }
  return setIn(into, 0)
}

function setStep(
  holder: JsonValue | undefined,
  step: string,
  member: (from: JsonValue | undefined) => JsonValue | undefined,
  copied: Set<readonly JsonValue[]>,
): JsonValue | undefined {
  if (isArray(holder)) {
    const place = Number(step)
    const set = place < holder.length ? member(holder[place]) : undefined
    if (set === undefined) return undefined
    const list = copied.has(holder) ? (holder as JsonValue[]) : holder.with(place, set)
    copied.add(list)
    list[place] = set
    return list
  }
  if (!isObject(holder)) return undefined
  const set = member(Object.hasOwn(holder, step) ? holder[step] : undefined)
  if (set === undefined) return undefined
  const gone = step === BREAKPOINT ? [step, 'cache_control'] : [step]
  const others = Object.entries(holder).filter(([name]) => !gone.includes(name))
  // Entries keep a member called `__proto__` as data.
  return Object.fromEntries([...others, [step, set]])
}
