import type { z } from 'zod'
import type { Bounds, LengthSettings } from '../../../policies/guardrails/content/settings.js'
import { keyed } from '../maps.js'
import { integer } from '../values.js'

const MOST = 1_000_000_000

/** What a guard of kind `length` has of its own. */
export function kindMembers() {
  return {
    characters: bounds().optional(),
    words: bounds().optional(),
    messages: bounds().optional(),
    answerCharacters: integer(1, MOST).optional(),
  }
}

function bounds() {
  return keyed({ least: integer(0, MOST).optional(), most: integer(0, MOST).optional() })
    .superRefine(({ least, most }, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message })
      if (least === undefined && most === undefined) refuse('must have at least one of the keys least, most')
      if (least !== undefined && most !== undefined && least > most)
        refuse('must have a least that is at most its most')
    })
    .transform(({ least, most }): Bounds => {
      return { ...(least !== undefined && { least }), ...(most !== undefined && { most }) }
    })
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>> & { readonly answers?: boolean | undefined }

/** What no single member can tell. */
export function check(written: Written, context: z.RefinementCtx): void {
  const { characters, words, messages, answerCharacters, answers } = written
  const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
  if ([characters, words, messages, answerCharacters].every((bound) => bound === undefined)) {
    refuse('must have at least one of the keys characters, words, messages, answerCharacters')
  }
  if (answers === true && answerCharacters === undefined) refuse('has no use without answerCharacters', 'answers')
  if (answers === false && answerCharacters !== undefined)
    refuse('has no use without answers: true', 'answerCharacters')
}

export function settingsOf({ characters, words, messages, answerCharacters }: Written): LengthSettings {
  return {
    ...(characters && { characters }),
    ...(words && { words }),
    ...(messages && { messages }),
    ...(answerCharacters !== undefined && { answerCharacters }),
  }
}
