import { type Mapped, standingFor } from '../read/mapped.js'
import type { Layer } from './layer.js'
import { isProse } from './prose.js'

const MORSE: ReadonlyMap<string, string> = new Map(
  (
    '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. ' +
    '----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.'
  )
    .split(' ')
    .map((signs, index) => [signs, 'abcdefghijklmnopqrstuvwxyz0123456789'[index] ?? '']),
)

/** The dots of the letters, from U+2800 on: grade 1 braille. */
const BRAILLE: ReadonlyMap<number, string> = new Map(
  [1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53].map(
    (dots, index) => [0x2800 + dots, String.fromCharCode(97 + index)],
  ),
)

const LEAST = 8

/** Texts in Morse code and braille. */
export function symbolLayers(from: Mapped): readonly Layer[] {
  return [
    ...spans(
      from,
      (code) =>
        code === 46 || code === 45 || code === 32 || code === 47 || code === 0x2022 || code === 0x2013 || code === 124,
      morse,
    ),
    ...spans(from, (code) => (code >= 0x2800 && code <= 0x28ff) || code === 32, braille),
  ]
}

function spans(from: Mapped, holds: (code: number) => boolean, read: (span: string) => string): readonly Layer[] {
  const { text } = from
  const layers: Layer[] = []
  for (let at = 0; at < text.length; at++) {
    if (!holds(text.charCodeAt(at))) continue
    const start = at
    while (at < text.length && holds(text.charCodeAt(at))) at++
    if (at - start < LEAST) continue
    const content = read(text.slice(start, at))
    if (content.length >= LEAST && isProse(content))
      layers.push({ kind: 'encoded', content: standingFor(content, from, start, at), at: start })
  }
  return layers
}

function morse(span: string): string {
  const signs = span.replaceAll('•', '.').replaceAll('–', '-').trim()
  const words = signs.split(/ *[/|] *| {2,}/)
  return words
    .map((word) =>
      word
        .split(' ')
        .map((letter) => MORSE.get(letter) ?? '')
        .join(''),
    )
    .join(' ')
    .trim()
}

function braille(span: string): string {
  let read = ''
  for (const character of span) {
    const code = character.charCodeAt(0)
    read += code === 32 || code === 0x2800 ? ' ' : (BRAILLE.get(code) ?? '')
  }
  return read.trim()
}
