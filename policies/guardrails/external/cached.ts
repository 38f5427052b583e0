import { unlessAborted } from '../../services/unless-aborted.js'
import type { AnswerText, GuardedRequest, Judgement, Segment } from '../guard.js'
import { askEach } from './cached-texts.js'
import { type Question, type RemoteGuard, remoteGuard } from './question.js'
import type { VerdictCache } from './verdict-cache.js'

export interface CachedOptions {
  readonly verdicts: VerdictCache
  /** Milliseconds that a verdict is good for. */
  readonly ttl: number
  /** The guard's, and everything of its settings that its verdicts depend on. */
  readonly name: string
  readonly fingerprint: string
  /** A keyed digest: nobody who has it can try texts until they find the one it is of. */
  digest(text: string): string
  /** What else of a request its verdicts depend on. */
  contextOf?(request: GuardedRequest): string
}

/** Digests take time in which nothing else runs: about 6 ms for a million characters, and 10 to 20 microseconds for a text. */
const MOST_CHARACTERS = 500_000
const MOST_TEXTS = 250

/**
 * The guard, which is not asked what it has been asked in the last `ttl`: the same texts from the same sources in the same direction;
 * where it judges each text by itself, the same text, so that of a conversation only what is new is sent. No text is kept. Equal
 * questions at the same time are one. Of more than 250 texts the question is kept whole, of more than 500,000 characters not at all.
 */
export function cached(guard: RemoteGuard, options: CachedOptions): RemoteGuard {
  const { each } = guard
  const ask = async (question: Question, signal: AbortSignal): Promise<Judgement> => {
    signal.throwIfAborted()
    const { texts, direction, request } = question
    const length = texts.reduce((sum, { text }) => sum + text.length, 0)
    if (length > MOST_CHARACTERS) return askAnew(guard, question, signal)
    if (!each || texts.length > MOST_TEXTS) return askWhole(guard, options, question, signal)
    const { verdicts, ttl } = options
    const keys = texts.map((text) => keyOf(options, request, [direction, ...alone(text)]))
    return askEach(question, each, { verdicts, ttl, keys }, signal)
  }
  return {
    window: guard.window,
    open(request) {
      const about = guard.open(request).answer ? 'both' : 'requests'
      return remoteGuard({ window: guard.window, about }, ask).open(request)
    },
  }
}

async function askWhole(
  guard: RemoteGuard,
  options: CachedOptions,
  question: Question,
  signal: AbortSignal,
): Promise<Judgement> {
  const { verdicts, ttl } = options
  const key = keyOf(options, question.request, [question.direction, ...question.texts.map(whole)])
  const known = verdicts.known(key)
  if (known) return known
  const { answer, leave } = verdicts.join(key, ttl, () => {
    const abort = new AbortController()
    return { answer: askAnew(guard, question, abort.signal), giveUp: (reason) => abort.abort(reason) }
  })
  return unlessAborted(answer, signal, () => leave(signal.reason))
}

async function askAnew(guard: RemoteGuard, question: Question, signal: AbortSignal): Promise<Judgement> {
  const { request, answer } = guard.open(question.request)
  const judging = question.direction === 'request' ? request?.(signal) : answer?.(question.texts, signal)
  return judging ?? { kind: 'clean' }
}

function keyOf(
  { name, fingerprint, digest, contextOf }: CachedOptions,
  request: GuardedRequest,
  about: readonly unknown[],
): string {
  return digest(JSON.stringify([name, fingerprint, contextOf?.(request) ?? '', ...about]))
}

/** Everything of a text that a service may be told. */
function whole(text: Segment | AnswerText): readonly unknown[] {
  return 'source' in text ? [text.source, text.text] : [text.kind, text.choice, text.from, text.ended, text.text]
}

/** What of it matters where nothing else does. */
function alone(text: Segment | AnswerText): readonly unknown[] {
  return ['source' in text ? text.source : text.kind, text.text]
}
