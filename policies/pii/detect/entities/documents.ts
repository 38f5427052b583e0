import { isDayOfYear } from '../checks/dates.js'
import { type Entity, forms } from '../entity.js'

/** The digits of a date in the order they stand in: day and month either way, or the year first. */
function isDate(_compact: string, raw: string): boolean {
  const [first = 0, second = 0, third = 0] = raw.split(/\D+/).map(Number)
  if (first > 31) return plausibleYear(first) && isDayOfYear(second, third)
  return plausibleYear(third) && (isDayOfYear(first, second) || isDayOfYear(second, first))
}

function plausibleYear(year: number): boolean {
  return (year >= 1900 && year <= 2099) || year < 100
}

const MONTH = /jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez/i

export const DOCUMENTS: readonly Entity[] = [
  {
    name: 'passport',
    pack: 'global',
    labels: [
      'passport',
      'passport number',
      'passport no',
      'passport id',
      'passnummer',
      'reisepass',
      'pasaporte',
      'passeport',
      'passaporto',
      'passaporte',
      '护照',
      '護照',
    ],
    value: { minDigits: 5, minLength: 6, maxLength: 16 },
  },
  {
    name: 'driver_license',
    pack: 'global',
    labels: [
      'drivers license',
      'driver license',
      'drivers licence',
      'driver licence',
      'driving license',
      'driving licence',
      'license number',
      'licence number',
      'license no',
      'licence no',
      'driverlicense',
      'license id',
      'driver id',
      'dl',
      'dl number',
      'dln',
      'dmv',
      'fuhrerschein',
      'fuhrerscheinnummer',
      'permis de conduire',
      'licencia de conducir',
      'patente',
    ],
    value: { minDigits: 4, minLength: 5, maxLength: 20 },
  },
  {
    name: 'date_of_birth',
    pack: 'global',
    labels: [
      'date of birth',
      'dob',
      'd o b',
      'born',
      'born on',
      'birthday',
      'birthdate',
      'birth date',
      'geburtsdatum',
      'geboren',
      'fecha de nacimiento',
      'date de naissance',
      'data di nascita',
      'data de nascimento',
      'geboortedatum',
    ],
    forms: [
      ...forms(0.1, '9999-99-99', '9999/99/99', '9999.99.99', '99/99/9999', '9/9/9999', '9/99/9999', '99/9/9999'),
      ...forms(
        0.1,
        '99.99.9999',
        '9.9.9999',
        '99.9.9999',
        '9.99.9999',
        '99-99-9999',
        '99/99/99',
        '99.99.99',
        '99-99-99',
      ),
      ...[3, 4, 5, 6, 7, 8, 9].flatMap((letters) =>
        ['99 M 9999', '9 M 9999', 'M 99, 9999', 'M 9, 9999', 'M 99 9999', 'M 9 9999', '99. M 9999', '99-M-9999'].map(
          (form) => ({
            form: form.replace('M', 'A'.repeat(letters)),
            confidence: 0.1,
            check: (_: string, raw: string) => MONTH.test(raw),
          }),
        ),
      ),
    ],
    check: isDate,
  },
  {
    name: 'medical_record_number',
    pack: 'global',
    labels: [
      'mrn',
      'medical record',
      'patient id',
      'patient identifier',
      'patient number',
      'patient no',
      'medical file',
      'chart number',
      'health record',
      'pid',
    ],
    value: { minDigits: 4, minLength: 5, maxLength: 16 },
  },
  {
    name: 'insurance_id',
    pack: 'global',
    labels: [
      'insurance policy',
      'policy number',
      'policy no',
      'policyholder id',
      'member id',
      'insurance number',
      'insurance code',
      'insurance id',
      'subscriber id',
      'health insurance',
      'versichertennummer',
    ],
    value: { minDigits: 4, minLength: 6, maxLength: 18 },
  },
  {
    name: 'tax_id',
    pack: 'global',
    labels: [
      'tax id',
      'tin',
      'tax number',
      'tax identification',
      'taxpayer id',
      'steuernummer',
      'numero fiscal',
      'atin',
    ],
    value: { minDigits: 7, minLength: 8, maxLength: 15 },
  },
  {
    name: 'employee_id',
    pack: 'global',
    labels: ['employee id', 'employee number', 'employee no', 'staff id', 'personnel number', 'personalnummer'],
    value: { minDigits: 4, minLength: 4, maxLength: 14 },
  },
  {
    name: 'student_id',
    pack: 'global',
    labels: ['student id', 'student number', 'matriculation number', 'matrikelnummer'],
    value: { minDigits: 5, minLength: 5, maxLength: 12 },
  },
]
