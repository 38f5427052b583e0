import type { ChatEvent } from '../../../core/chat.js'
import type { Transform } from '../../../core/transform.js'

const OPENING = /^\s*```(?:json)?[ \t]*\r?\n/i
/** What may still become an opening fence. */
const BEGUN = /^\s*(?:`{0,2}|```(?:j|js|jso|json)?[ \t]*\r?)$/i
/** No fence has so much white space; more is text. */
const MOST_HELD = 64

/** Takes a Markdown code fence off the text blocks of an answer that is to be JSON. Other text passes as it comes. */
export function withoutFence(): Transform<ChatEvent, ChatEvent> {
  const texts = new Map<string, Unfenced>()
  const keyOf = ({ choice, block }: { readonly choice: number; readonly block: number }) => `${choice}:${block}`
  return {
    push: (event) => {
      switch (event.type) {
        case 'block-start':
          if (event.start.kind === 'text') texts.set(keyOf(event), unfenced())
          return [event]
        case 'delta': {
          const text = texts.get(keyOf(event))?.push(event.text)
          if (text === undefined || text === event.text) return [event]
          return text === '' ? [] : [{ type: 'delta', choice: event.choice, block: event.block, text }]
        }
        case 'block-end': {
          const rest = texts.get(keyOf(event))?.end() ?? ''
          texts.delete(keyOf(event))
          const { choice, block } = event
          return rest === '' ? [event] : [{ type: 'delta', choice, block, text: rest }, event]
        }
        default:
          return [event]
      }
    },
    end: () => [],
  }
}

interface Unfenced {
  push(text: string): string
  end(): string
}

/** One text: its beginning is held until it is known to be a fence or not, then whatever may be the closing one. */
function unfenced(): Unfenced {
  let state: 'begin' | 'plain' | 'fenced' = 'begin'
  let held = ''
  const inside = (text: string): string => {
    const all = held + text
    const cut = closingAt(all)
    held = all.slice(cut)
    return all.slice(0, cut)
  }
  return {
    push: (text) => {
      if (state === 'plain') return text
      if (state === 'fenced') return inside(text)
      held += text
      if (held.length <= MOST_HELD && BEGUN.test(held)) return ''
      const fence = OPENING.exec(held)?.[0]
      const rest = held.slice(fence?.length ?? 0)
      held = ''
      state = fence === undefined ? 'plain' : 'fenced'
      return state === 'fenced' ? inside(rest) : rest
    },
    end: () => (state === 'fenced' && held.includes('```') ? '' : held),
  }
}

/** Where what may be the closing fence begins: white space, at most three backticks, white space, at the end of the text. */
function closingAt(text: string): number {
  const least = Math.max(0, text.length - MOST_HELD)
  let at = text.length
  const skip = (matches: (character: string) => boolean, most: number) => {
    for (let n = 0; n < most && at > least && matches(text[at - 1] ?? ''); n++) at--
  }
  const isSpace = (character: string) => /\s/.test(character)
  skip(isSpace, MOST_HELD)
  skip((character) => character === '`', 3)
  skip(isSpace, MOST_HELD)
  return at
}
