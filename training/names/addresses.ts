import type { MadeUp } from './made-up.js'
import { wordsOf } from './name-lists.js'
import type { Random } from './random.js'

const STREETS = wordsOf(
  'Street Avenue Road Boulevard Drive Lane Court Way Parkway Place Square Terrace Highway Circle Trail Crescent Close St St. Ave Ave. Rd Rd. Blvd Dr Ln Ct Pl Sq Pkwy Hwy Row Mews Grove Hill Gardens Walk Ridge Run Creek Point Heights Meadow Loop Pike Square Plaza Route Alley Crossing Landing Valley View Village',
)
const NATURE = wordsOf(
  'Oak Maple Main High Church Park Station Mill Victoria King Queen Washington Lincoln Cedar Pine Elm Lake River Hill Sunset Market North South East West First Second Third 5th 42nd 2nd 1st Spring Forest Green Chestnut Walnut Broad Bridge School College Union Franklin Jefferson Highland',
)
const STATES = wordsOf(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY NSW VIC QLD',
)
const GERMAN = wordsOf('straße strasse str. weg gasse allee platz ring ufer damm hof')
const GERMAN_STEMS = wordsOf(
  'Haupt Bahnhof Garten Schul Dorf Berg Wiesen Wald Kirch Linden Goethe Schiller Mozart Beethoven Müller Ring Feld Mühlen Rosen Birken Kaiser König Friedrich Wilhelm',
)
const FRENCH = [
  'rue',
  'avenue',
  'boulevard',
  'place',
  'chemin',
  'impasse',
  'allée',
  'quai',
  'rue de',
  'rue du',
  'rue des',
  'avenue de la',
  'place de',
  'Rue',
  'Avenue',
  'Boulevard',
]
const SPANISH = [
  'Calle',
  'C/',
  'Avenida',
  'Av.',
  'Avda.',
  'Plaza',
  'Paseo',
  'Camino',
  'Calle de',
  'Ronda',
  'Carretera',
  'Rambla',
  'Travesía',
]
const ITALIAN = ['Via', 'Viale', 'Piazza', 'Corso', 'Vicolo', 'Largo', 'Via della', 'Strada', 'Contrada', 'Borgo']
const DUTCH = wordsOf('straat laan weg plein gracht kade dijk singel hof pad')
const POLISH = ['ul.', 'al.', 'ulica', 'plac', 'os.']
const PORTUGUESE = ['Rua', 'Avenida', 'Travessa', 'Praça', 'Rua da', 'Largo', 'Alameda', 'R.', 'Av.']
const NORDIC = wordsOf('gatan vägen vej gade gata katu tie')

/** Streets with their numbers, and whole addresses as the countries write them. */
export interface Addresses {
  street(): string
  address(): string
}

export function createAddresses({ given, surname, city, country }: MadeUp, random: Random): Addresses {
  const number = (most: number): string => String(1 + random.integer(most))
  const digits = (count: number): string => Array.from({ length: count }, () => random.integer(10)).join('')
  const house = (): string =>
    number(random.chance(0.7) ? 150 : 9999) +
    (random.chance(0.1) ? random.pick(['a', 'b', 'A', 'B', '-3', ' bis']) : '')
  const letters = (): string => String.fromCharCode(65 + random.integer(26), 65 + random.integer(26))
  const stem = (): string => (random.chance(0.4) ? random.pick(NATURE) : random.chance(0.5) ? surname() : given())
  const unit = (): string =>
    random.chance(0.65)
      ? ''
      : `${random.pick([', ', ' ', '\n'])}${random.pick(['Apt.', 'Suite', 'Apt', 'Unit', '#', 'Floor', 'Flat', 'Room'])} ${number(999)}`
  const joined = (): string => random.pick([', ', ', ', '\n', '\n', ' ', ', \n'])
  const maybeCountry = (): string => (random.chance(0.3) ? `${joined()}${country()}` : '')

  const american = (): string =>
    `${house()} ${random.chance(0.1) ? random.pick(['N ', 'S. ', 'West ']) : ''}${stem()} ${random.pick(STREETS)}`
  const german = (): string =>
    random.chance(0.75)
      ? `${random.chance(0.6) ? random.pick(GERMAN_STEMS) : surname()}${random.pick(GERMAN)} ${house()}`
      : `${random.pick(['Am', 'An der', 'Im', 'Unter den', 'Zum'])} ${random.pick(GERMAN_STEMS)}${random.pick(['', 'berg', 'hof', 'tor'])} ${house()}`
  const french = (): string => `${house()}${random.pick([' ', ', '])}${random.pick(FRENCH)} ${stem()}`
  const spanish = (): string =>
    `${random.pick(SPANISH)} ${stem()}${random.chance(0.3) ? ` ${surname()}` : ''}${random.pick([' ', ', ', ', nº '])}${house()}`
  const italian = (): string => `${random.pick(ITALIAN)} ${stem()}${random.pick([' ', ', '])}${house()}`
  const dutch = (): string => `${surname().replaceAll(' ', '')}${random.pick(DUTCH)} ${house()}`
  const polish = (): string =>
    `${random.pick(POLISH)} ${surname()} ${house()}${random.chance(0.4) ? `/${number(60)}` : ''}`
  const portuguese = (): string => `${random.pick(PORTUGUESE)} ${stem()}${random.pick([', ', ' '])}${house()}`
  const nordic = (): string => `${surname().replaceAll(' ', '')}${random.pick(NORDIC)} ${house()}`
  const box = (): string =>
    `${random.pick(['P.O. Box', 'PO Box', 'Postfach', 'BP', 'Apartado', 'Postbus'])} ${number(9999)}`
  const military = (): string =>
    random.chance(0.5)
      ? `PSC ${digits(4)}, Box ${digits(4)}\nAPO ${random.pick(['AA', 'AE', 'AP'])} ${digits(5)}`
      : `Unit ${digits(4)} Box ${digits(4)}\nDPO ${random.pick(['AA', 'AE', 'AP'])} ${digits(5)}`
  const chinese = (): string =>
    `No. ${number(400)}, ${surname()} ${random.pick(['Road', 'Street', 'Avenue', 'Middle Road', 'North Road'])}, ${city()} District, ${city()} City`

  const forms: readonly (() => string)[] = [
    () =>
      `${american()}${unit()}${joined()}${city()}, ${random.pick(STATES)} ${digits(5)}${random.chance(0.15) ? `-${digits(4)}` : ''}`,
    () => `${american()}${unit()}${joined()}${city()}${joined()}${random.pick(STATES)} ${digits(5)}`,
    () => `${american()}${unit()}${joined()}${city()}${joined()}${country()} ${digits(5)}`,
    () => `${american()}${unit()}${joined()}${city()}${joined()}${letters()}${number(20)} ${number(9)}${letters()}`,
    () => `${german()}${joined()}${digits(5)} ${city()}${maybeCountry()}`,
    () => `${german()}${joined()}${digits(4)} ${city()}${maybeCountry()}`,
    () => `${french()}${joined()}${digits(5)} ${city()}${maybeCountry()}`,
    () => `${spanish()}${joined()}${digits(5)} ${city()}${maybeCountry()}`,
    () => `${italian()}${joined()}${digits(5)} ${city()}${maybeCountry()}`,
    () => `${dutch()}${joined()}${digits(4)} ${letters()} ${city()}${maybeCountry()}`,
    () => `${polish()}${joined()}${digits(2)}-${digits(3)} ${city()}${maybeCountry()}`,
    () => `${portuguese()}${joined()}${digits(4)}-${digits(3)} ${city()}${maybeCountry()}`,
    () => `${nordic()}${joined()}${digits(3)} ${digits(2)} ${city()}${maybeCountry()}`,
    () => `${box()}${joined()}${digits(5)} ${city()}`,
    () =>
      `${house()} ${random.pick([spanish, italian, french, german, dutch, portuguese, nordic])()}${unit()}${joined()}${city()}${maybeCountry()} ${digits(5)}`,
    military,
    chinese,
    () => `the corner of ${surname()} ${random.pick(STREETS)} and ${surname()} ${random.pick(STREETS)}`,
    () => street(),
    () => `${street()}, ${city()}`,
  ]
  const streets = [american, american, american, german, french, spanish, italian, dutch, polish, portuguese, nordic]
  const street = (): string => random.pick(streets)()
  return { street, address: () => random.pick(forms)() }
}
