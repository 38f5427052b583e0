import { inTurns, type Steps, type Turns } from '../../../core/turns.js'
import type { AnswerText, Guard, GuardedRequest, Judgement, OpenGuard, Segment } from '../guard.js'
import { judgeTexts, type PieceCall, type TextOutcome, together } from './judge-pieces.js'
import type { Window } from './settings.js'

/** What a service is asked: texts of a request, or of its answer. */
export type Question =
  | { readonly direction: 'request'; readonly request: GuardedRequest; readonly texts: readonly Segment[] }
  | { readonly direction: 'answer'; readonly request: GuardedRequest; readonly texts: readonly AnswerText[] }

/** A guard that takes another's time for everything it judges. */
export interface RemoteGuard extends Guard {
  /** Present where it judges each text by itself, whatever else it is asked about; never rejects. */
  each?(question: Question, signal: AbortSignal): Promise<readonly TextOutcome[]>
  open(request: GuardedRequest): OpenRemoteGuard
}

export interface OpenRemoteGuard extends OpenGuard {
  request?(signal: AbortSignal): Promise<Judgement>
  answer?(texts: readonly AnswerText[], signal: AbortSignal): Promise<Judgement>
}

export interface RemoteGuardOptions {
  readonly window: Window
  readonly about?: 'both' | 'requests'
}

/** Asks a service in both directions, or about requests only. Rejects with a `ServiceFailure`. */
export function remoteGuard(
  { window, about = 'both' }: RemoteGuardOptions,
  ask: (question: Question, signal: AbortSignal) => Promise<Judgement>,
): RemoteGuard {
  return {
    window,
    open(request) {
      const asked = (signal: AbortSignal) => ask({ direction: 'request', request, texts: request.segments }, signal)
      if (about === 'requests') return { request: asked }
      return {
        request: asked,
        answer: (texts, signal) => ask({ direction: 'answer', request, texts }, signal),
      }
    },
  }
}

/** The same of a service that judges every piece of a text by itself, with as many calls at a time. */
export function separableGuard(
  options: RemoteGuardOptions & { readonly atOnce: number; readonly turns: Turns },
  callsOf: (question: Question, signal: AbortSignal) => Steps<readonly PieceCall[]>,
): RemoteGuard {
  const { atOnce, turns } = options
  const each = async (question: Question, signal: AbortSignal) =>
    judgeTexts(question.texts.length, await inTurns(callsOf(question, signal), turns), atOnce, turns)
  const ask = async (question: Question, signal: AbortSignal) => inTurns(together(await each(question, signal)), turns)
  return { ...remoteGuard(options, ask), each }
}
