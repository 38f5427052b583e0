import type { PatternProgram, State } from './pattern-program.js'
import type { Anchor } from './pattern-syntax.js'

/** UTF-16 offsets; `end` is exclusive. */
interface Range {
  readonly start: number
  readonly end: number
}

/** Runs a pattern's automaton over the end of a text that may go on. */
export interface PatternThreads {
  /**
   * Where the first match may begin that more text could still make, lengthen or undo, of those that begin at or after `from`
   * and not within one of `settled` (matches, in order); the text's length when there is none. Takes units times states.
   */
  openFrom(text: string, from: number, settled: readonly Range[]): number
}

/** What stands behind the text's end. */
const UNKNOWN = -2
/** What stands before the text's beginning. */
const NOTHING = -1

/** States in the order of the places where their threads began, each once: with the first of these. */
interface Threads {
  readonly states: Int32Array
  readonly starts: Int32Array
  count: number
}

/** The memory of all runs is one: none begins before another is over. */
export function createThreads({ states, entry }: PatternProgram): PatternThreads {
  const first = firstOf(states, entry)
  const marks = new Uint32Array(states.length)
  let mark = 0
  let current = newThreads(states.length)
  let following = newThreads(states.length)

  /** Follows a thread up to where it needs a character, between the characters `before` and `behind`. */
  function enter(threads: Threads, index: number, start: number, before: number, behind: number): void {
    const state = states[index]
    if (state === undefined || marks[index] === mark) return
    marks[index] = mark
    switch (state.kind) {
      case 'match':
        return
      case 'fork':
        for (const target of state.targets) enter(threads, target, start, before, behind)
        return
      case 'check':
        if (behind === UNKNOWN && looksAhead(state.anchor)) break
        if (holds(state.anchor, before, behind)) enter(threads, state.next, start, before, behind)
        return
      case 'take':
        break
    }
    threads.states[threads.count] = index
    threads.starts[threads.count++] = start
  }

  function step(code: number, behind: number): void {
    following.count = 0
    mark++
    for (let index = 0; index < current.count; index++) {
      const state = states[current.states[index] ?? 0]
      if (state?.kind !== 'take' || !state.test(code)) continue
      enter(following, state.next, current.starts[index] ?? 0, code, behind)
    }
    const passed = current
    current = following
    following = passed
  }

  function run(text: string, from: number, known: number, settled: readonly Range[]): number {
    current.count = 0
    marks.fill(0)
    mark = 1
    let next = 0
    for (let at = from, before = codeBefore(text, from); at < known; ) {
      const code = text.codePointAt(at) ?? 0
      const behindAt = at + (code > 0xffff ? 2 : 1)
      while (next < settled.length && (settled[next]?.end ?? 0) <= at) next++
      const isWithin = at > (settled[next]?.start ?? at)
      if (!isWithin && first(code)) enter(current, entry, at, before, code)
      step(code, behindAt < known ? (text.codePointAt(behindAt) ?? 0) : UNKNOWN)
      before = code
      at = behindAt
    }
    return current.count > 0 ? (current.starts[0] ?? 0) : text.length
  }

  return {
    openFrom(text, from, settled) {
      // The first half of a pair may become any character.
      const known = text.length - (isFirstHalf(text.charCodeAt(text.length - 1)) ? 1 : 0)
      return Math.min(run(text, from, known, settled), known)
    },
  }
}

function newThreads(size: number): Threads {
  return { states: new Int32Array(size), starts: new Int32Array(size), count: 0 }
}

/** Whether a match may begin with a character; anchors are taken to hold. */
function firstOf(states: readonly State[], entry: number): (code: number) => boolean {
  const seen = new Set([entry])
  const ascii = new Uint8Array(128)
  for (const index of seen) {
    const state = states[index]
    if (state?.kind === 'fork') for (const target of state.targets) seen.add(target)
    if (state?.kind === 'check') seen.add(state.next)
    for (let code = 0; state?.kind === 'take' && code < ascii.length; code++) {
      if (state.test(code)) ascii[code] = 1
    }
  }
  return (code) => code > 127 || ascii[code] === 1
}

function looksAhead(anchor: Anchor): boolean {
  return anchor !== 'textStart' && anchor !== 'lineStart'
}

/** RE2's words are of ASCII. */
function holds(anchor: Anchor, before: number, behind: number): boolean {
  switch (anchor) {
    case 'textStart':
      return before === NOTHING
    case 'lineStart':
      return before === NOTHING || before === 10
    case 'textEnd':
      return false
    case 'lineEnd':
      return behind === 10
    case 'boundary':
      return isWord(before) !== isWord(behind)
    case 'noBoundary':
      return isWord(before) === isWord(behind)
  }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
}

function codeBefore(text: string, at: number): number {
  return at === 0 ? NOTHING : text.charCodeAt(at - 1)
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}
