import { RE2JS } from 're2js'
import type { WrittenSet } from './pattern-syntax.js'

/** Whether a character (a code point) is one of a set. */
export type CharacterTest = (code: number) => boolean

/** How many characters beyond ASCII a set remembers. */
const REMEMBERED = 1024

/** A set as the engine itself reads it; ASCII is asked once, other characters when they come. */
export function characterTest({ source, foldsCase, dotAll }: WrittenSet): CharacterTest {
  const flags = (foldsCase ? RE2JS.CASE_INSENSITIVE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  const expression = RE2JS.compile(source, flags)
  const ask = (code: number): boolean => expression.testExact(String.fromCodePoint(code))
  const ascii = Array.from({ length: 128 }, (_, code) => ask(code))
  const others = new Map<number, boolean>()

  return (code) => {
    if (code < 128) return ascii[code] === true
    const known = others.get(code)
    if (known !== undefined) return known
    if (others.size === REMEMBERED) others.clear()
    const found = ask(code)
    others.set(code, found)
    return found
  }
}
