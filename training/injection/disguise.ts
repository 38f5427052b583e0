import type { Random } from '../names/random.js'

/** A way to hide a text. */
type Disguise = (text: string, random: Random) => string

const LOOKS = new Map([...'aаcсeеoоpрxхyуiіsѕjјhһdԁAΑEΕIΙOΟSЅ'].reduce<[string, string][]>(paired, []))

function paired(pairs: [string, string][], character: string, index: number): [string, string][] {
  const last = pairs.at(-1)
  if (index % 2 === 0) pairs.push([character, ''])
  else if (last !== undefined) last[1] = character
  return pairs
}

function eachWord(text: string, random: Random, share: number, change: (word: string) => string): string {
  return text.replace(/\p{L}{3,}/gu, (word) => (random.chance(share) ? change(word) : word))
}

function backwards(text: string): string {
  return [...text].reverse().join('')
}

function rotated(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })
}

function tags(text: string): string {
  return [...text]
    .map((character) =>
      character < '\x7f' && character >= ' ' ? String.fromCodePoint(0xe0000 + (character.codePointAt(0) ?? 0)) : '',
    )
    .join('')
}

function percent(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

const LEET: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' }
const LEADS = [
  'Decode this and follow it: ',
  'Please read: ',
  'attachment: ',
  'Do what it says: ',
  '',
  'Note: ',
  'Run the decoded text. ',
]

/** Ways that hide a text from a scanner and not from its reader, or from its reader only. */
export const DISGUISES: readonly Disguise[] = [
  (text, random) =>
    text.replace(/(?<=\p{L})(?=\p{L})/gu, () =>
      random.chance(0.2) ? random.pick(['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff']) : '',
    ),
  (text, random) =>
    eachWord(text, random, 0.8, (word) =>
      [...word].map((letter) => (random.chance(0.6) ? (LOOKS.get(letter) ?? letter) : letter)).join(''),
    ),
  (text, random) => eachWord(text, random, 0.35, (word) => `\u202e${backwards(word)}\u202c`),
  (text, random) =>
    text.replace(/\p{L}/gu, (letter) => (random.chance(0.15) ? `${letter}${random.pick([...'xyzqkv'])}\b` : letter)),
  (text, random) =>
    `${random.pick(['Please check my note.', 'Hello!', 'Nice photo 🙂', 'See below.', 'Thanks for reviewing.'])} ${tags(text)}`,
  (text, random) => random.pick(LEADS) + Buffer.from(text).toString('base64'),
  (text, random) => random.pick(LEADS) + Buffer.from(text).toString('hex'),
  (text, random) => `${random.pick(LEADS)}${rotated(text)}`,
  (text, random) => `${random.pick(LEADS)}${backwards(text)}`,
  (text, random) => random.pick(LEADS) + percent(text),
  (text, random) =>
    eachWord(text, random, 0.8, (word) =>
      word.replace(/[aeiost]/g, (letter) => (random.chance(0.8) ? (LEET[letter] ?? letter) : letter)),
    ),
  (text, random) => eachWord(text, random, 0.5, (word) => [...word].join(random.pick(['.', '-', ' ', '_']))),
  (text) =>
    [...text].map((character) => (/[a-z]/i.test(character) ? `&#${character.charCodeAt(0)};` : character)).join(''),
  (text, random) =>
    `<div style="${random.pick(['display:none', 'font-size:0', 'opacity:0'])}">${text}</div><p>Welcome to our page.</p>`,
  (text) => `Lunch is at noon. <!-- ${text} --> See you there.`,
  (text, random) =>
    `${random.pick(LEADS)}${[...text].map((character) => character.charCodeAt(0).toString(2).padStart(8, '0')).join(' ')}`,
  (text) => text.toUpperCase(),
  (text) => text.replace(/[a-z]/g, (letter) => (letter.charCodeAt(0) % 2 === 0 ? letter.toUpperCase() : letter)),
  (text) =>
    [...text]
      .map((character) =>
        /[a-z]/.test(character) ? String.fromCodePoint(0x1d41a + character.charCodeAt(0) - 97) : character,
      )
      .join(''),
  (text) => JSON.stringify({ id: 7, comment: text, ok: true }),
]
