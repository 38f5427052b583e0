import { codeAt } from '../../detect/scan/characters.js'
import type { Scan } from '../../detect/scan/state.js'
import type { SecretIndex } from '../compile.js'
import { MAY_STAND_BEFORE, readAssigned } from './assigned.js'
import { readCurl } from './curl.js'
import { readKubernetes } from './kubernetes.js'
import { readPrivateKey } from './private-key.js'
import { readToken } from './token.js'
import { readUrlPassword } from './url.js'

const COLON = 58
const DASH = 45
const LOWER_U = 117
const UPPER_B = 66

/** Proposes every secret that may begin with the letters and digits [start, end). */
export function readSecrets(scan: Scan, index: SecretIndex, start: number, end: number): void {
  const first = codeAt(scan.codes, start)
  const before = codeAt(scan.codes, start - 1)
  readToken(scan, index, start, end)
  if (MAY_STAND_BEFORE[before]) {
    readAssigned(scan, index, start, end)
    readKubernetes(scan, index, start, end)
  }
  if (codeAt(scan.codes, end) === COLON) readUrlPassword(scan, index, end)
  if (before !== DASH) return
  if (first === UPPER_B) readPrivateKey(scan, index, start, end)
  else if (first === LOWER_U) readCurl(scan, index, start, end)
}
