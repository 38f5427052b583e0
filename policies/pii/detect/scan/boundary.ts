import { type Codes, characterClass, classAt, codeAt, DIGIT, LETTER, WORD } from './characters.js'
import { look, type Scan } from './state.js'

const UNDERSCORE = 95

/**
 * Whether a value may begin at `start`: no word, underscore or money sign is right before, and it is no tail of something
 * longer (a decimal, a version, a UUID, a time).
 */
export function mayBegin(codes: Codes, start: number): boolean {
  const before = codeAt(codes, start - 1)
  if (characterClass(before) & WORD || before === UNDERSCORE) return false
  if (before === 32) return true
  const second = classAt(codes, start - 2)
  switch (before) {
    case 36: // $
    case 0x20ac:
    case 0xa3:
      return false
    case 45: // -
      return !(second & WORD) || isLabelBeforeDash(codes, start - 2)
    case 44: // ,
    case 46: // .
    case 47: // /
    case 58: // :
      return !(second & DIGIT) || (before === 58 && !(classAt(codes, start) & DIGIT))
    default:
      return true
  }
}

/** Whether the word that ends at `end` has letters only, is no hexadecimal group, and begins something: "PAN-", "tel-". */
function isLabelBeforeDash(codes: Codes, end: number): boolean {
  let start = end
  let onlyHex = true
  for (; end - start < 12 && classAt(codes, start) & WORD; start--) {
    if (!(classAt(codes, start) & LETTER)) return false
    onlyHex &&= (codeAt(codes, start) | 32) <= 102
  }
  return !onlyHex && end - start >= 2 && !'-_./'.includes(String.fromCharCode(codeAt(codes, start)))
}

/** Whether a value may end before `end`: no word follows, and no separator that goes on with digits. */
export function mayEnd(scan: Scan, end: number): boolean {
  const { codes } = scan
  const after = codeAt(codes, end)
  look(scan, end)
  if (after === 32) return true
  if (characterClass(after) & WORD || after === UNDERSCORE || after === 37) return false
  if (after === 45 || after === 46 || after === 47 || after === 58 || after === 44 || after === 64 || after === 43) {
    look(scan, end + 1)
    const next = classAt(codes, end + 1)
    return after === 45 || after === 64 ? !(next & WORD) : !(next & DIGIT)
  }
  return true
}
