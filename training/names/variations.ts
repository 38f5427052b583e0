import type { Addresses } from './addresses.js'
import { CHINESE_TERMS } from './lists/chinese-terms.js'
import type { MadeUp } from './made-up.js'
import type { Random } from './random.js'
import { type Sample, sampleBuilder } from './sample.js'

/** Other samples of the same sentence. */
export interface Variations {
  /** With other names of the same kinds; whole addresses where the old ones had a number. */
  refilled(sample: Sample): Sample
  /** Of texts that call the same people again and again in pinyin: each word of their names is another one, everywhere. */
  renamed(sample: Sample): Sample
}

export function createVariations(madeUp: MadeUp, addresses: Addresses, random: Random): Variations {
  const personLike = (value: string): string => {
    const words = value.split(/\s+/)
    const title = /^(mr|mrs|ms|miss|dr|prof)\.?$/i.test(words[0] ?? '') ? `${words.shift()} ` : ''
    if (words.length > 1) return title + madeUp.person()
    return title + (title !== '' || random.chance(0.3) ? madeUp.surname() : madeUp.given())
  }
  const placeLike = (value: string): string => {
    if (/\s(st|street|club|bridge)\.?$/i.test(value)) return value
    return random.chance(0.45) ? madeUp.country() : madeUp.city()
  }
  const addressLike = (value: string): string => {
    if (/^\d+$/.test(value)) return String(1 + random.integer(10 ** Math.min(5, value.length)))
    if (/^(apt|suite)/i.test(value) || value.length < 8) return value
    return value.includes('\n') || value.includes(',') ? addresses.address() : addresses.street()
  }

  return {
    refilled({ text, names }) {
      const sample = sampleBuilder()
      let at = 0
      for (const { start, end, kind } of names) {
        sample.add(text.slice(at, start))
        const value = text.slice(start, end)
        switch (kind) {
          case 'person':
            sample.add(personLike(value), kind)
            break
          case 'location':
            sample.add(placeLike(value), kind)
            break
          case 'organization':
            sample.add(madeUp.organization(), kind)
            break
          case 'postal_address':
            sample.add(addressLike(value), kind)
        }
        at = end
      }
      sample.add(text.slice(at))
      return sample.done()
    },
    renamed({ text, names }) {
      const others = new Map<string, string>()
      for (const { start, end, kind } of names) {
        if (kind !== 'person') continue
        for (const word of text.slice(start, end).split(/[^\p{L}]+/u)) {
          if (!/^\p{Lu}\p{Ll}+$/u.test(word) || CHINESE_TERMS.has(word) || others.has(word)) continue
          others.set(
            word,
            word.length <= 5 && random.chance(0.5)
              ? madeUp.pinyinSurname()
              : (madeUp.pinyin().split(' ').at(-1) ?? word),
          )
        }
      }
      const sample = sampleBuilder()
      const renamed = (piece: string): string => piece.replace(/\p{L}+/gu, (word) => others.get(word) ?? word)
      let at = 0
      for (const { start, end, kind } of names) {
        sample.add(renamed(text.slice(at, start)))
        sample.add(kind === 'person' ? renamed(text.slice(start, end)) : text.slice(start, end), kind)
        at = end
      }
      sample.add(renamed(text.slice(at)))
      return sample.done()
    },
  }
}
