/** The name of Gemini's generateContent wire format: marks the extras, opaque values and signatures that only it can say. */
export const NAME = 'gemini'
