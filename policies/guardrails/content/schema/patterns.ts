import { RE2JS } from 're2js'
import { SchemaFault } from './prepare.js'
import type { Work } from './work.js'

/** What a character of a pattern costs on a character of a text. */
const STATE = 1 / 8

/** Patterns of schemas (ECMA 262, as far as RE2 knows it) that take linear time. Throws `SchemaFault`. */
export function linearPattern(pattern: string, work: Work) {
  const expression = compile(pattern)
  const cost = 1 + pattern.length * STATE
  return {
    test(text: string): boolean {
      work.spend(text.length * cost)
      return expression.matcher(text).find()
    },
    // Patterns are told apart by it.
    toString: () => pattern,
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (cause) {
    throw new SchemaFault('has a pattern that is none in the syntax of RE2', { cause })
  }
}
