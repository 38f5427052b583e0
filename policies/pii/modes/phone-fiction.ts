/** Numbers of one country that are nobody's: `from` is where the national number begins, in `numbers` an `x` is any digit. */
export interface Fiction {
  readonly from: number
  readonly numbers: readonly [string, ...string[]]
}

type Numbers = readonly [string, ...string[]]

/** National numbers without trunk prefix that begin like this and are that long, and the ones kept for fiction among them. */
type Ranges = readonly (readonly [kind: RegExp, numbers: Numbers])[]

/** NANPA: 555-0100 to 555-0199 in every area. The areas are some of the oldest. */
const AREAS =
  '201 202 203 205 206 207 208 209 212 213 214 215 216 217 218 219 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 ' +
  '401 402 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 501 502 503 504 505 507 508 509 510 512 513 514 515 516 517 518 519 ' +
  '601 602 603 604 605 606 607 608 609 610 612 613 614 615 616 617 618 619 701 702 703 704 705 706 707 708 709 712 713 714 715 716 717 718 ' +
  '801 802 803 804 805 806 807 808 810 812 813 814 815 816 817 818 819 901 902 903 904 905 906 907 908 909 912 913 914 915 916 917 918 919'
const [FIRST_AREA = '', ...OTHER_AREAS] = AREAS.split(' ').map((area) => `${area}55501xx`)

const BY_COUNTRY: Readonly<Record<string, Ranges>> = {
  1: [[/^[2-9]\d{9}$/, [FIRST_AREA, ...OTHER_AREAS]]],
  // Ofcom, numbers for drama use: mobile, London, everywhere, UK-wide, freephone.
  44: [
    [/^7\d{9}$/, ['7700900xxx']],
    [/^20\d{8}$/, ['2079460xxx']],
    [/^[12]\d{9}$/, ['1632960xxx']],
    [/^3\d{9}$/, ['3069990xxx']],
    [/^80\d{8}$/, ['8081570xxx']],
  ],
  // Arcep, decision 2018-0881, numbers for audiovisual works.
  33: [
    [/^1\d{8}$/, ['19900xxxx']],
    [/^2\d{8}$/, ['26191xxxx']],
    [/^3\d{8}$/, ['35301xxxx']],
    [/^4\d{8}$/, ['46571xxxx']],
    [/^5\d{8}$/, ['53649xxxx']],
    [/^[67]\d{8}$/, ['63998xxxx']],
  ],
  // ACMA, numbers for creative works.
  61: [
    [/^4\d{8}$/, ['491570156', '491570157', '491570158', '491570159', '491570110']],
    [/^2\d{8}$/, ['25550xxxx', '27010xxxx']],
    [/^3\d{8}$/, ['35550xxxx', '37010xxxx']],
    [/^7\d{8}$/, ['75550xxxx', '77010xxxx']],
    [/^8\d{8}$/, ['85550xxxx', '87010xxxx']],
  ],
  // Bundesnetzagentur, Mitteilung 148/2021: Berlin, Frankfurt, Hamburg, Munich, Cologne; Telekom and O2.
  49: [
    [/^1\d{9}$/, ['17139200xx']],
    [/^1\d{10}$/, ['176040690xx']],
    [/^[2-9]\d{9}$/, ['3023125xxx', '6990009xxx', '4066969xxx', '8999998xxx', '2214710xxx']],
  ],
  // ComReg: 020 91x xxxx.
  353: [[/^\d{9}$/, ['2091xxxxx']]],
  // PTS: 070-174 06 05 to 99, here from 10 on.
  46: [[/^7\d{8}$/, ['70174061x', '70174062x', '70174063x', '70174064x', '70174065x', '70174066x', '70174067x']]],
}
const COUNTRY_CODES = Object.keys(BY_COUNTRY)

/** The numbers for fiction that look like the one `written`, whose digits are given; undefined where the country has none or is not told. */
export function fictionFor(written: string, digits: string): Fiction | undefined {
  const exit = exitLength(written, digits)
  if (exit !== undefined) return fictionAbroad(digits, exit)
  if (digits.length === 7) return { from: 0, numbers: ['55501xx'] }
  return fictionAtHome(written, digits)
}

/** How many digits stand before the country code; undefined for a national number. */
function exitLength(written: string, digits: string): number | undefined {
  if (written.trimStart().startsWith('+')) return 0
  if (digits.startsWith('011')) return 3
  return digits.startsWith('00') ? 2 : undefined
}

function fictionAbroad(digits: string, exit: number): Fiction | undefined {
  const code = COUNTRY_CODES.find((known) => digits.startsWith(known, exit))
  if (code === undefined) return undefined
  const trunk = code !== '1' && digits[exit + code.length] === '0' ? 1 : 0
  return inCountry(code, digits, exit + code.length + trunk)
}

/** The groups that numbers are printed in at home; the same number of digits in other groups is another country's. */
const PRINTED: readonly (readonly [groups: RegExp, code: string])[] = [
  [/^(?:(?:1-)?3-3-4|10)$/, '1'],
  [/^2-2-2-2-2$/, '33'],
  [/^(?:2-4-4|4-3-3)$/, '61'],
  [/^(?:3-4-4|5-6|5-3-3|4-3-4)$/, '44'],
]

function fictionAtHome(written: string, digits: string): Fiction | undefined {
  const groups = (written.match(/\d+/g) ?? []).map(({ length }) => length).join('-')
  const code = PRINTED.find(([printed]) => printed.test(groups))?.[1]
  if (code === undefined || (code !== '1' && !digits.startsWith('0'))) return undefined
  return inCountry(code, digits, code === '1' ? digits.length - 10 : 1)
}

function inCountry(code: string, digits: string, from: number): Fiction | undefined {
  const national = digits.slice(from)
  const numbers = BY_COUNTRY[code]?.find(([kind]) => kind.test(national))?.[1]
  return numbers && { from, numbers }
}
