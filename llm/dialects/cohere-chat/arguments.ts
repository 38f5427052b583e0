import { isObject } from '../../../core/json.js'
import { parseInput } from '../shared/tool-input.js'
import { parsed } from './members.js'

/** The arguments of a custom tool: it takes free text, which as a function's is the only one. */
export const customArguments = (text: string): string => JSON.stringify({ input: text })

/** Arguments as the JSON object that they must spell; text that spells none is kept whole, as an argument of its own. */
export function functionArguments(text: string): string {
  return isObject(parsed(text)) ? text : JSON.stringify(parseInput(text))
}
