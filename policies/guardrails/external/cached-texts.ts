import { atOnce } from '../../../core/turns.js'
import { unlessAborted } from '../../services/unless-aborted.js'
import type { AnswerText, Judgement, Segment } from '../guard.js'
import { type TextOutcome, together } from './judge-pieces.js'
import type { Question, RemoteGuard } from './question.js'
import type { Begun, VerdictCache, Waiting } from './verdict-cache.js'

type AskTexts<Text> = (texts: readonly Text[], signal: AbortSignal) => Promise<readonly TextOutcome[]>

export interface Remembering {
  readonly verdicts: VerdictCache
  /** Milliseconds. */
  readonly ttl: number
  /** One for each text. */
  readonly keys: readonly string[]
}

/**
 * What the texts of a question are together, of which only those that nobody knows and nobody asks about are asked about: in one
 * question, which is given up when nobody waits for any of them.
 */
export async function askEach(
  question: Question,
  each: NonNullable<RemoteGuard['each']>,
  remembering: Remembering,
  signal: AbortSignal,
): Promise<Judgement> {
  const outcomes =
    question.direction === 'request'
      ? await outcomesOf(question.texts, (texts, ended) => each({ ...question, texts }, ended), remembering, signal)
      : await outcomesOf(question.texts, (texts, ended) => each({ ...question, texts }, ended), remembering, signal)
  return atOnce(together(outcomes))
}

async function outcomesOf<Text extends Segment | AnswerText>(
  texts: readonly Text[],
  ask: AskTexts<Text>,
  { verdicts, ttl, keys }: Remembering,
  signal: AbortSignal,
): Promise<readonly TextOutcome[]> {
  const group = createGroup<Text>()
  const waiting: Waiting[] = []
  const places = texts.map((text, index): TextOutcome | number => {
    const key = keys[index] ?? ''
    const judgement = verdicts.known(key)
    return judgement ? { kind: 'judged', judgement } : waiting.push(verdicts.join(key, ttl, () => group.add(text))) - 1
  })
  if (waiting.length === 0) return places.filter((place) => typeof place !== 'number')
  void group.ask(ask)
  const settled = await unlessAborted(Promise.allSettled(waiting.map(({ answer }) => answer)), signal, () => {
    for (const { leave } of waiting) leave(signal.reason)
  })
  return places.map((place) => (typeof place === 'number' ? outcomeOf(settled[place]) : place))
}

/** Texts that are asked about in one question. */
function createGroup<Text>() {
  const abort = new AbortController()
  const members: { text: Text; resolve(judgement: Judgement): void; reject(cause: unknown): void }[] = []
  let left = 0
  return {
    add(text: Text): Begun {
      const answer = new Promise<Judgement>((resolve, reject) => members.push({ text, resolve, reject }))
      left++
      const giveUp = (reason: unknown) => {
        if (--left === 0) abort.abort(reason)
      }
      return { answer, giveUp }
    },
    async ask(ask: AskTexts<Text>): Promise<void> {
      if (members.length === 0) return
      const texts = members.map(({ text }) => text)
      try {
        const outcomes = await ask(texts, abort.signal)
        for (const [index, { resolve, reject }] of members.entries()) {
          const outcome = outcomes[index]
          if (outcome?.kind === 'judged') resolve(outcome.judgement)
          else reject(outcome?.cause)
        }
      } catch (cause) {
        for (const { reject } of members) reject(cause)
      }
    },
  }
}

function outcomeOf(settled: PromiseSettledResult<Judgement> | undefined): TextOutcome {
  if (settled?.status === 'fulfilled') return { kind: 'judged', judgement: settled.value }
  return { kind: 'failed', cause: settled?.reason }
}
