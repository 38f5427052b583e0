import { type Mapped, sliced } from '../read/mapped.js'
import type { Layer } from './layer.js'

/** What makes an element invisible, as its attributes say it; without spaces. */
const HIDING = [
  ...[
    'display:none',
    'visibility:hidden',
    'opacity:0',
    'font-size:0',
    'font-size:1px',
    'color:white',
    'color:#fff',
    'color:transparent',
  ],
  ...[
    'hidden',
    'aria-hidden="true"',
    "aria-hidden='true'",
    'left:-9999',
    'top:-9999',
    'height:0',
    'width:0',
    'text-indent:-',
    'sr-only',
    'clip:rect(0',
  ],
]
const SPEAKING = [
  'alt=',
  'title=',
  'content=',
  'aria-label=',
  'placeholder=',
  'summary=',
  'data-prompt=',
  'data-note=',
  'data-instruction=',
  'value=',
]

const LEAST = 16
/** More are not looked for in one piece of text. */
const MOST = 16
const LONGEST_TAG = 400
const LONGEST_TEXT = 4000

/** What a page says without showing it: comments, hidden elements, attributes, descriptions of pictures. Of a normalised text. */
export function markupLayers(from: Mapped): readonly Layer[] {
  const { text } = from
  if (!/[<[]/.test(text)) return []
  const layers: Layer[] = []
  const add = (start: number, end: number): void => {
    if (end - start >= LEAST) layers.push({ kind: 'markup', content: sliced(from, start, end), at: start })
  }
  for (let at = 0; at < text.length && layers.length < MOST; at++) {
    const sign = text[at]
    if (sign === '<') at = element(text, at, add)
    else if (sign === '[') at = link(text, at, add)
  }
  return layers
}

type Add = (start: number, end: number) => void

/** Reads a comment or a tag, and gives the index of its last unit. */
function element(text: string, at: number, add: Add): number {
  if (text.startsWith('<!--', at)) {
    const end = within(text, '-->', at + 4, LONGEST_TEXT)
    add(at + 4, end)
    return at + 3
  }
  const end = within(text, '>', at + 1, LONGEST_TAG)
  const tag = text.slice(at, end)
  if (!/^<[a-z]/.test(tag)) return at
  const compact = tag.replaceAll(' ', '')
  if (HIDING.some((style) => compact.includes(style))) add(end + 1, within(text, '</', end + 1, LONGEST_TEXT))
  for (const name of SPEAKING) {
    const found = tag.indexOf(name)
    const quote = tag[found + name.length]
    if (found < 0 || (quote !== '"' && quote !== "'")) continue
    const start = found + name.length + 1
    const close = tag.indexOf(quote, start)
    add(at + start, at + (close < 0 ? tag.length : close))
  }
  return at
}

/** Reads `![description](`, `[text](address "title")` and the comment `[//]: # (text)`. */
function link(text: string, at: number, add: Add): number {
  const close = within(text, ']', at + 1, LONGEST_TAG)
  if (text.startsWith('[//]:', at) || text.startsWith('[comment]:', at)) {
    add(close + 2, within(text, '\n', close, LONGEST_TAG))
    return at
  }
  if (text[close + 1] !== '(') return at
  if (text[at - 1] === '!') add(at + 1, close)
  const end = within(text, ')', close + 2, LONGEST_TAG)
  const quote = within(text, '"', close, LONGEST_TAG)
  if (quote < end) add(quote + 1, end - 1)
  return at
}

/** Where a mark stands from an index on, or how far it was looked for. */
function within(text: string, mark: string, from: number, most: number): number {
  const found = text.slice(from, from + most).indexOf(mark)
  return found < 0 ? Math.min(text.length, from + most) : from + found
}
