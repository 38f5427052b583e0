// JSON put together by hand, where a line is written for each request: `JSON.stringify` of an object with many members costs several
// times as much, and so do its strings.

/** Nothing in it needs to be escaped. */
const PLAIN = /^[ !#-[\]-~]*$/

/** A string as JSON. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** A member behind others: `,"name":value`, nothing for undefined; as `JSON.stringify` has it. */
export function textMember(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quoted(value)}`
}

/** The same for a number, of which those that JSON cannot say are null. */
export function numberMember(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${numberText(value)}`
}

/** Milliseconds, with two decimals at most. */
export function msMember(name: string, ms: number | undefined): string {
  if (ms === undefined) return ''
  const hundredths = Math.round(ms * 100)
  // Printing what is no integer takes a hundred nanoseconds more.
  const text = hundredths >= 0 && hundredths < 2 ** 30 ? decimal(hundredths) : numberText(hundredths / 100)
  return `,"${name}":${text}`
}

function decimal(hundredths: number): string {
  const whole = Math.floor(hundredths / 100)
  const rest = hundredths - whole * 100
  if (rest === 0) return `${whole}`
  if (rest % 10 === 0) return `${whole}.${rest / 10}`
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`
}

/** An object of numbers; members without a value are left out. */
export function numbersObject(numbers: Readonly<Record<string, number | undefined>>): string {
  let members = ''
  for (const name of Object.keys(numbers)) members += numberMember(name, numbers[name])
  return `{${members.slice(1)}}`
}

/** A number as JSON. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null'
}
