import { z } from 'zod'
import { byShape } from '../by-shape.js'
import { text } from '../values.js'

const LONGEST_TERM = 200
const MOST_TERMS = 100_000
/** What terms are found by. */
const TELLING = /[\p{L}\p{N}#@%]|(?![<=>^`|~])\p{S}/u

const TERM = `a term of 1 to ${LONGEST_TERM} characters with a letter, a digit or one of + # @ $ % in it`

/** What a hit is told by: it stands in logs and metrics. */
export function reasonName() {
  const error = 'must be a name; 1 to 64 of a-z 0-9 _ - . / are allowed'
  return z.string({ error }).regex(/^[a-z0-9_./-]{1,64}$/, { error })
}

/** A word or phrase that can be found. */
export function term() {
  return z.string({ error: `must be ${TERM}` }).refine(isTerm, { error: `must be ${TERM}` })
}

/**
 * Terms, as a list or as a text with one on each line, such as `${file:PATH}` gives; empty lines and those that begin with `# ` are no
 * terms.
 */
export function terms() {
  const list = z
    .array(term(), { error: 'must be a list of terms, or a text with one on each line' })
    .min(1, { error: 'must not be empty; it must be a list of terms' })
    .max(MOST_TERMS, { error: `must be at most ${MOST_TERMS} terms` })
  const lines = text('a list of terms, or a text with one on each line').transform((written, context) => {
    const found = written.split(/\r?\n/).map((line) => line.trim())
    const terms = found.filter(isMeant)
    const wrong = found.findIndex((line) => isMeant(line) && !isTerm(line))
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (terms.length === 0) refuse('has no term on any line')
    else if (terms.length > MOST_TERMS) refuse(`must be at most ${MOST_TERMS} terms`)
    else if (wrong >= 0) refuse(`has no term on line ${wrong + 1}; it must be ${TERM}`)
    return terms
  })
  return byShape<readonly string[]>((input) => (typeof input === 'string' ? lines : list))
}

function isMeant(line: string): boolean {
  return line !== '' && !/^#(?:\s|$)/.test(line)
}

function isTerm(term: string): boolean {
  return term.length <= LONGEST_TERM && TELLING.test(term)
}

/** Entries of one list have names of their own. */
export function checkNames(
  key: string,
  entries: readonly { readonly name: string }[],
  context: z.core.$RefinementCtx,
): void {
  const seen = new Set<string>()
  for (const [index, { name }] of entries.entries()) {
    const message = 'is the name of an earlier entry; each needs a name of its own'
    if (seen.has(name)) context.addIssue({ code: 'custom', path: [key, index, 'name'], message })
    seen.add(name)
  }
}
