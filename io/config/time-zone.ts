import { z } from 'zod'
import { didYouMean } from './suggest.js'

/** A time zone of the IANA data base that this Node knows. */
export function timeZone() {
  const error = 'must be the name of a time zone such as UTC or Europe/Berlin'
  return z.string({ error }).superRefine((name, context) => {
    // Offsets such as +02:00 are known to some versions of Node only, and have no summer time.
    if (/^[A-Za-z]/.test(name) && isKnown(name)) return
    context.addIssue({ code: 'custom', message: `${error}${didYouMean(name, Intl.supportedValuesOf('timeZone'))}` })
  })
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
