/** A text that was made from another, and the way back: offsets are UTF-16 units. */
export interface Mapped {
  readonly text: string
  /** Where in the original the unit at an index begins. */
  readonly starts: Int32Array
  /** Where in the original the unit at an index ends. */
  readonly ends: Int32Array
}

/** A part of the original as it is. */
export function mapped(original: string, from = 0, to = original.length): Mapped {
  const length = to - from
  const starts = new Int32Array(length)
  const ends = new Int32Array(length)
  for (let index = 0; index < length; index++) {
    starts[index] = from + index
    ends[index] = from + index + 1
  }
  return { text: original.slice(from, to), starts, ends }
}

/** A text that stands for all that `from` says between two indexes. */
export function standingFor(text: string, from: Mapped, start: number, end: number): Mapped {
  const [first, last] = originalRange(from, start, end)
  return { text, starts: new Int32Array(text.length).fill(first), ends: new Int32Array(text.length).fill(last) }
}

/** A part of a mapped text. */
export function sliced({ text, starts, ends }: Mapped, from: number, to: number): Mapped {
  return { text: text.slice(from, to), starts: starts.subarray(from, to), ends: ends.subarray(from, to) }
}

/** The smallest range of the original that holds everything between two indexes, whatever the order it stands in. */
export function originalRange({ starts, ends }: Mapped, start: number, end: number): readonly [number, number] {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  for (let index = start; index < end; index++) {
    first = Math.min(first, starts[index] ?? 0)
    last = Math.max(last, ends[index] ?? 0)
  }
  return first <= last ? [first, last] : [0, 0]
}

/** Puts a mapped text together, unit by unit. */
interface MappedWriter {
  /** Units that have been written. */
  length(): number
  write(text: string, start: number, end: number): void
  /** Takes back the last code point. */
  back(): void
  done(): Mapped
}

export function mappedWriter(): MappedWriter {
  const units: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  return {
    length: () => units.length,
    write(text, start, end) {
      for (let index = 0; index < text.length; index++) {
        units.push(text[index] ?? '')
        starts.push(start)
        ends.push(end)
      }
    },
    back() {
      const unit = units.pop()?.charCodeAt(0) ?? 0
      starts.pop()
      ends.pop()
      if ((unit & 0xfc00) !== 0xdc00) return
      units.pop()
      starts.pop()
      ends.pop()
    },
    done: () => ({ text: units.join(''), starts: Int32Array.from(starts), ends: Int32Array.from(ends) }),
  }
}
