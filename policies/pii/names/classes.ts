/** What a word may be besides itself: bits of a mask that the model holds for each word that is anything. */
export const TITLE = 1 << 0
/** Of kin, of work: "uncle", "teacher". */
export const ROLE = 1 << 1
export const GREETING = 1 << 2
export const SAYING = 1 << 3
/** Names what comes: "name", "contact". */
export const NAME_LABEL = 1 << 4
export const PLACE_LABEL = 1 << 5
/** "street", "avenue": behind or before the name of one. */
export const STREET = 1 << 6
/** Before the name of a street where languages put it there: "rue", "calle". */
export const STREET_FIRST = 1 << 7
/** "suite", "floor". */
export const UNIT = 1 << 8
/** "inc", "gmbh". */
export const COMPANY = 1 << 9
/** "bank", "university": what organizations are called. */
export const ORGANIZATION = 1 << 10
/** "lake", "district": what places are called. */
export const PLACE = 1 << 11
/** Months and days. */
export const CALENDAR = 1 << 12
export const COUNTRY = 1 << 13
export const NATIONALITY = 1 << 14
export const STATE = 1 << 15
/** "de", "van". */
export const PARTICLE = 1 << 16
export const JOB = 1 << 17
/** Never within a name where it stands in small letters; what is between two of them can be read by itself. */
export const BETWEEN = 1 << 18
/** What programs and products are called, and headings. */
export const TECHNICAL = 1 << 19
/** "in", "near". */
export const PREPOSITION = 1 << 20
/** Of programs' code. */
export const CODE = 1 << 21
/** "box" after "po". */
export const BOX = 1 << 22
/** Words of every day that are written with a capital at the beginning of a sentence. */
export const COMMON = 1 << 23
export const MONTH = 1 << 24
export const WEEKDAY = 1 << 25
/** "years", "old". */
export const AGE_UNIT = 1 << 26
