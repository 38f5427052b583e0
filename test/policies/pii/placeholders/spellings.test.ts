import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSpellings, type Spelled } from '../../../../policies/pii/placeholders/spellings.js'

/** The same as a list of words: slow and plain. */
function listed() {
  const words = new Map<string, string>()
  const parts = new Set<string>()
  const begins = (beginning: string) => [...words.keys()].some((word) => word.startsWith(beginning))
  return {
    add(name: string, code: string, original: string): boolean {
      const names = name.split('_')
      for (const index of names.keys()) parts.add(names.slice(0, index + 1).join(''))
      const word = names.join('') + code
      if ([...words.keys()].some((other) => other.startsWith(word) || word.startsWith(other))) return false
      words.set(word, original)
      return true
    },
    read(text: string, at: number): Spelled {
      let word = ''
      let separators = 0
      for (let index = at; ; index++) {
        const original = words.get(word)
        if (original !== undefined) return { end: index, original }
        const sign = text[index]?.toUpperCase()
        if (sign === undefined) return 'open'
        if (sign !== '-' && begins(word + sign)) {
          word += sign
          separators = 0
        } else if (++separators > 3 || sign !== '-' || !parts.has(word)) return 'nothing'
      }
    },
  }
}

const sign = fc.constantFrom('A', 'B', '7')
const code = fc.string({ unit: sign, minLength: 4, maxLength: 5 })
const name = fc.constantFrom('A', 'AB', 'A_B', 'B_A', 'BB')

test('a tree of spellings takes and reads what a list of them does', () => {
  const added = fc.array(fc.tuple(name, code), { minLength: 1, maxLength: 12 })
  const text = fc.string({ unit: fc.constantFrom('A', 'b', 'B', '7', '-'), maxLength: 10 })
  fc.assert(
    fc.property(added, fc.array(text, { maxLength: 5 }), (entries, texts) => {
      const tree = createSpellings()
      const list = listed()
      for (const [index, [each, its]] of entries.entries()) {
        assert.equal(tree.add(each, its, `${index}`), list.add(each, its, `${index}`))
      }
      const written = entries.flatMap(([each, its]) => {
        const spaced = each.replace('_', '-')
        return [spaced + its, `${spaced}--${its}a`.toLowerCase()]
      })
      for (const one of [...texts, ...written, ...written.map((whole) => whole.slice(0, -2))]) {
        assert.deepEqual(tree.read(one, 0), list.read(one, 0), one)
      }
    }),
    { numRuns: 3000 },
  )
})
