import type { Random } from '../names/random.js'

/** Words that stand for a name in templates. */
export type Slots = ReadonlyMap<string, readonly string[]>

/** Lines `name = one|another`. */
export function parseSlots(lines: string): Slots {
  return new Map(
    lines.split('\n').flatMap((line) => {
      const [name, words] = line.split(' = ')
      return name === undefined || words === undefined ? [] : [[name.trim(), words.split('|')] as const]
    }),
  )
}

/**
 * One text of a template: `{a|b}` is one of its alternatives, `{name}` a word of that slot, `\n` a new line; all of it may stand within
 * another. Other braces are what they are.
 */
export function expand(template: string, slots: Slots, random: Random): string {
  return choose(template, slots, random)
    .replaceAll('\\n', '\n')
    .replace(/ +([.,?!])/g, '$1')
    .replace(/ {2,}/g, ' ')
    .trim()
}

function choose(template: string, slots: Slots, random: Random): string {
  let text = ''
  for (let at = 0; at < template.length; at++) {
    const end = template[at] === '{' ? closing(template, at) : -1
    if (end < 0) {
      text += template[at]
      continue
    }
    const inside = template.slice(at + 1, end)
    const choices = alternatives(inside)
    const words = slots.get(inside)
    if (words !== undefined) text += random.pick(words)
    else if (choices.length > 1) text += choose(random.pick(choices), slots, random)
    else text += `{${choose(inside, slots, random)}}`
    at = end
  }
  return text
}

function closing(template: string, from: number): number {
  let depth = 0
  for (let at = from; at < template.length; at++) {
    if (template[at] === '{') depth++
    if (template[at] === '}' && --depth === 0) return at
  }
  return -1
}

function alternatives(inside: string): readonly string[] {
  const found: string[] = ['']
  let depth = 0
  for (const character of inside) {
    if (character === '{') depth++
    if (character === '}') depth--
    if (character === '|' && depth === 0) found.push('')
    else found[found.length - 1] += character
  }
  return found
}
